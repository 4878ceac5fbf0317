/** The errors of RFC 7591 section 3.2.2 that are about the metadata themselves. */
export type MetadataErrorCode = 'invalid_redirect_uri' | 'invalid_client_metadata'

/** Client metadata that can't be taken, in words that begin with the member's name. */
export class MetadataError extends Error {
  override name = 'MetadataError'

  constructor (readonly code: MetadataErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(ascii(message), options)
  }
}

export function invalidMetadata (member: string, what: string): MetadataError {
  return new MetadataError('invalid_client_metadata', `${member}: ${what}`)
}

export function invalidRedirectUri (what: string): MetadataError {
  return new MetadataError('invalid_redirect_uri', `redirect_uris: ${what}`)
}

/** Longest part of what was sent that is repeated in a message; characters. */
const SHOWN = 80

/** What was sent, quoted, so that a person finds it again. */
export function shown (value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}..."` : text
}

/** `error_description` is ASCII text (RFC 7591 section 3.2.2); other characters are named by number. */
function ascii (text: string): string {
  return text.replace(/[^\x20-\x7e]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
