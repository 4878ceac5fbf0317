import { html, type Html } from './html.js'

/** The frame of every page: one column, one stylesheet, no script. */
export function layout (title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – WeatherBot</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a class="brand" href="/">WeatherBot</a> <span>a third-party agent for your weather service</span></header>
<main>
${content}
</main>
</body>
</html>
`.toString()
}
