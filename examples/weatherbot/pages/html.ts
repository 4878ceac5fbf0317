const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\'': '&#39;' }

/** Markup that may stand in a page as it is; only `html` makes it. */
export class Html {
  readonly #markup: string

  constructor (markup: string) {
    this.#markup = markup
  }

  toString (): string {
    return this.#markup
  }
}

type Value = string | number | Html | undefined | readonly Value[]

/**
 * A template whose values are escaped, for text and for attribute values in double quotes. Not for
 * `<script>`, `<style>`, or addresses that someone else chose.
 */
export function html (parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(String.raw({ raw: parts }, ...values.map(render)))
}

function render (value: Value): string {
  if (value === undefined) return ''
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.map(render).join('')
  return String(value).replace(/[&<>"']/g, character => escapes[character] ?? character)
}
