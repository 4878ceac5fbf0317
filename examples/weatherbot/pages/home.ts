import type { Exchange } from '../agent/outcome.js'
import type { Person } from '../authorization.js'
import { examples, MAX_QUESTION } from '../planner/index.js'
import { answerSection, titleOf } from './answer.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'

export interface HomePage {
  readonly person?: Person
  /** The API permissions that the person's tokens carry. */
  readonly permissions: readonly string[]
  /** The language model that chooses what to call, if one does. */
  readonly model?: string
  readonly exchange?: Exchange
  readonly notice?: string
}

/** The one page of WeatherBot: the answer if there is one, the question form, and who is signed in. */
export function homePage (page: HomePage): string {
  const { exchange, notice, model } = page
  return layout(exchange === undefined ? 'Ask me about the weather' : titleOf(exchange.outcome), html`
${notice === undefined ? undefined : html`<p id="notice" class="notice" role="status">${notice}</p>`}
${exchange === undefined ? undefined : answerSection(exchange)}
${questionForm(exchange === undefined, model)}
${account(page)}`)
}

function questionForm (first: boolean, model?: string): Html {
  const title = first ? html`<h1>Ask me about the weather</h1>` : html`<h2>Ask something else</h2>`
  return html`<section>
${title}
<form method="post" action="/ask" id="ask-form">
<label for="question">Your question</label>
<div class="row">
<input id="question" name="question" type="text" required maxlength="${MAX_QUESTION}" autocomplete="off"
  enterkeyhint="send"${first ? html` autofocus` : undefined}>
<button id="ask" type="submit">Ask</button>
</div>
</form>
${model === undefined ? undefined : html`<p id="model" class="quiet-text">The language model ${model} reads your question and chooses what to ask the weather service. It sees neither your sign-in nor the answers.</p>`}
<form method="post" action="/ask" id="examples">
<p id="examples-label">Or try one of these:</p>
<ul class="examples" aria-labelledby="examples-label">${examples.map(question => html`
<li><button class="quiet" name="question" value="${question}">${question}</button></li>`)}
</ul>
</form>
</section>`
}

function account ({ person, permissions }: HomePage): Html {
  if (person === undefined) {
    return html`<section id="signed-out">
<p class="quiet-text">Nobody is signed in. When the weather service wants to know who asks, you will be sent to its sign-in
page; WeatherBot never sees your password.</p>
</section>`
  }
  const email = person.email === undefined || person.email === person.name ? '' : ` (${person.email})`
  return html`<section aria-labelledby="account">
<h2 id="account">Your account</h2>
<p id="signed-in">Signed in as <strong>${person.name}</strong>${email}</p>
<div id="permissions">${permissionList(permissions)}</div>
<form method="post" action="/sign-out"><button id="sign-out" class="quiet">Sign out</button></form>
</section>`
}

function permissionList (permissions: readonly string[]): Html {
  if (permissions.length === 0) return html`<p>WeatherBot has no permissions at the weather service.</p>`
  return html`<p>WeatherBot may, at the weather service:</p>
<ul>${permissions.map(scope => html`
<li data-scope="${scope}"><code>${scope}</code></li>`)}
</ul>`
}
