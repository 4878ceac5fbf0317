import { signWith, type SigningKey } from './keys.js'

/** What may stand in a part of a token: bytes and text are taken as they are, all else as JSON. */
export type PartContent = Buffer | string | object | number | null

/** One part of a compact JWS. */
export function encodePart (content: PartContent): string {
  if (Buffer.isBuffer(content)) return content.toString('base64url')
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url')
}

/** A compact JWS, honestly signed, whatever it says: content and header are not checked. */
export function signedToken (header: PartContent, payload: PartContent, key: SigningKey): string {
  const input = `${encodePart(header)}.${encodePart(payload)}`
  return `${input}.${signWith(key, input).toString('base64url')}`
}

export interface TokenParts { header: string, payload: string, signature: string }

/** The three parts of a compact JWS, still encoded. */
export function splitToken (token: string): TokenParts {
  const [header = '', payload = '', signature = ''] = token.split('.')
  return { header, payload, signature }
}

/** The same token with one or more encoded parts exchanged. */
export function replaceParts (token: string, parts: Partial<TokenParts>): string {
  const { header, payload, signature } = { ...splitToken(token), ...parts }
  return `${header}.${payload}.${signature}`
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/**
 * The same bytes spelt differently: sets a spare bit in the last character of a part, which lenient
 * decoders drop. `undefined` where the part's length leaves no spare bits.
 */
export function withSpareBits (part: string): string | undefined {
  if (part.length % 4 === 0) return undefined
  return part.slice(0, -1) + (alphabet[alphabet.indexOf(part.slice(-1)) + 1] ?? '')
}
