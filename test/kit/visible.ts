/** A value as printable ASCII, for the name of a test: control characters would break the TAP lines. */
export function visible (value: unknown): string {
  return String(JSON.stringify(value)).replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
