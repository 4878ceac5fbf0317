import { html } from './html.js'
import { layout } from './layout.js'

/** A page that says what went wrong and leads back. */
export function messagePage (title: string, text: string, startAt = '/'): string {
  return layout(title, html`<section id="message" role="alert">
<h1>${title}</h1>
<p>${text}</p>
</section>
<p><a href="${startAt}">To the start of WeatherBot</a></p>`)
}
