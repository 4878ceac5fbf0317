import { isUtf8 } from 'node:buffer'
import { Problem } from '../errors.js'
import { passingBytes } from './scratch.js'

/** Signature algorithms that may be configured: asymmetric only, so a public key is never an HMAC secret. */
export const supportedAlgorithms = ['ES384', 'RS256', 'ES256'] as const
export type Algorithm = (typeof supportedAlgorithms)[number]

export interface JwsHeader {
  alg: Algorithm
  kid: string
}

export interface ParsedToken {
  header: JwsHeader
  payload: Record<string, unknown>
  /** What was signed: header, a dot, payload, still encoded (RFC 7515 section 2). */
  signingInput: string
  /** Still encoded. */
  signature: string
}

/** Reads header and payload of `<header>.<payload>.`, a compact JWS without its signature, as JSON; throws when they are none. @fastify/jwt's `decode` with `complete`. */
export type DecodeToken = (unsigned: string) => { header: unknown, payload: unknown }

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
/** Base64url's last characters that leave no spare bit set, by the length of the text modulo 4: any with 0, and no text has 1. */
const LAST = ['', undefined, 'AQgw', 'AEIMQUYcgkosw048'] as const
/** Most `{` and `[` in header or payload; Logto's have one or two. Of 2,000 V8 makes 2,000 objects, which takes it a millisecond. */
const MAX_OPENINGS = 100
const OPENINGS = [0x7B, 0x5B] as const
/** Control characters and lone surrogates are in no identifier: URLs and databases don't carry them as they are. */
export const UNSPEAKABLE = /[\p{Cc}\p{Cs}]/u

/**
 * Reads a JWS in compact form (RFC 7515 section 7.1) with the header of a JWT access token (RFC 9068).
 *
 * Checks form, canonical base64url, UTF-8, JSON objects and that there are not too many; `typ`, `alg` (against the configured
 * list, RFC 8725 section 3.1), `kid`, and refuses any `crit`. `jku`, `jwk`, `x5u` and `x5c` are
 * ignored: keys come from configuration. Does NOT check the signature or any claim.
 * @throws Problem `invalid_token`
 */
export function parseToken (token: string, algorithms: readonly Algorithm[], decode: DecodeToken): ParsedToken {
  if (!COMPACT.test(token)) throw malformed()
  const first = token.indexOf('.')
  const last = token.lastIndexOf('.')
  requireModestText(canonical(token.slice(0, first)))
  requireModestText(canonical(token.slice(first + 1, last)))
  const signature = canonical(token.slice(last + 1))
  // Without the signature, which it would only read through once more.
  const decoded = decodeWith(decode, token.slice(0, last + 1))
  return {
    header: checkHeader(object(decoded.header), algorithms),
    payload: object(decoded.payload),
    signingInput: token.slice(0, last),
    signature
  }
}

function checkHeader (header: Record<string, unknown>, algorithms: readonly Algorithm[]): JwsHeader {
  const { alg, kid, typ } = header
  if (!algorithms.some(allowed => allowed === alg)) {
    throw new Problem('invalid_token', 'The access token is signed with an algorithm that is not accepted here.')
  }
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ)) {
    throw new Problem('invalid_token', 'This is not a JWT access token (its "typ" is not "at+jwt"). An ID token is no access token.')
  }
  if (Object.hasOwn(header, 'crit')) throw new Problem('invalid_token', 'The access token demands extensions that are not understood here.')
  if (typeof kid !== 'string' || kid === '' || kid.length > 256 || UNSPEAKABLE.test(kid)) throw new Problem('invalid_token', 'The access token does not say which key signed it.')
  return { alg: alg as Algorithm, kid }
}

function decodeWith (decode: DecodeToken, unsigned: string) {
  try {
    return decode(unsigned)
  } catch (error) {
    throw malformed(error)
  }
}

function object (value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed()
  return value as Record<string, unknown>
}

/** Base64url without spare bits: two texts must never decode to the same bytes (one token, one form). The alphabet was checked. */
function canonical (part: string): string {
  const last = LAST[part.length % 4]
  if (last === undefined || (last !== '' && !last.includes(part.charAt(part.length - 1)))) throw malformed()
  return part
}

/**
 * Decoders put a replacement character where bytes are no UTF-8: what is read would not be what was signed.
 * And nobody has vouched yet for what is about to be read: so it must not take long.
 */
function requireModestText (part: string): void {
  const bytes = passingBytes(part, 'base64url')
  if (!isUtf8(bytes)) throw malformed()
  let openings = 0 // those within texts are counted, too
  for (const opening of OPENINGS) {
    for (let at = bytes.indexOf(opening); at !== -1; at = bytes.indexOf(opening, at + 1)) {
      openings += 1
      if (openings > MAX_OPENINGS) throw new Problem('invalid_token', `The access token is too complex: more than ${MAX_OPENINGS} objects and lists.`)
    }
  }
}

function malformed (cause?: unknown): Problem {
  return new Problem('invalid_token', 'The access token is malformed.', { cause })
}
