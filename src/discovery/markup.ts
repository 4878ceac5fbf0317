/** For text and for attribute values in quotes. */
export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** Markdown of one line to HTML. Knows `code` and nothing else; everything is escaped. */
export function inlineHtml (markdown: string): string {
  return escapeHtml(markdown).replace(/`([^`]*)`/g, '<code>$1</code>')
}

export interface Link {
  title: string
  address: string
  /** Markdown of one line. */
  text: string
}

/** A list of links as llms.txt has them. */
export function markdownLinks (links: readonly Link[]): string {
  return links.map(({ title, address, text }) => `- [${title}](${address}): ${text}`).join('\n')
}

/** The same for a page: addresses of ours without their origin, so that links work under whatever name it was opened. */
export function htmlLinks (links: readonly Link[], publicUrl: string): string {
  return links.map(({ title, address, text }) => {
    const href = address.startsWith(`${publicUrl}/`) ? address.slice(publicUrl.length) : address
    return `<li><a href="${escapeHtml(href)}">${inlineHtml(title)}</a>: ${inlineHtml(text)}</li>`
  }).join('\n')
}
