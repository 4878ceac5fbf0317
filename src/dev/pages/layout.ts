import { html } from './html.js'
import type { Html } from './html.js'

/** The frame of every page: one column, one stylesheet, no script, and what this server is. */
export function layout (title: string, content: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} – Scopegate development sign-in</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<p class="banner">Embedded authorization server – for development only. It stands in for Logto.</p>
<main>
${content}
</main>
</body>
</html>
`.toString()
}
