/** Longest text of a finding, and of one name or address in it. */
const MAX_TEXT = 2_000
const MAX_NAME = 200

/** Control, formatting (bidirectional, zero-width) and line-separating characters could fake lines on a terminal. */
const UNSPEAKABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text that is safe to print, of bounded length. */
export function speakable (text: string): string {
  return shortened(text.replace(UNSPEAKABLE, '\ufffd'), MAX_TEXT)
}

/** A name or address from elsewhere, in quotation marks. */
export function quoted (text: string): string {
  return `"${shortened(text, MAX_NAME)}"`
}

/** "a, b and 3 more". */
export function listed (items: readonly string[], most = 5): string {
  const rest = items.length - most
  return rest > 0 ? `${items.slice(0, most).join(', ')} and ${rest} more` : items.join(', ')
}

/** "1 key", "2 keys". */
export function counted (count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function shortened (text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text
}
