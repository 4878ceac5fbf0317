import { isUtf8 } from 'node:buffer'
import { supportedAlgorithms } from '../../src/auth/jws.js'
import type { Jwk } from './vectors.js'

// Why this service refuses what is a good signature, read from the vector alone: so that a refusal
// for which there is no reason is seen.

export interface Reason {
  readonly reason: string
  /** What the refusal has to say. */
  readonly says: RegExp
}

const malformed = /^The access token is malformed/
const algorithm = /algorithm that is not accepted/
const noKey = /key that the issuer does not publish/

/** The reason to refuse a good token, or `undefined`: then it has to be accepted. */
export function reasonToRefuse (token: string, keys: readonly Jwk[]): Reason | undefined {
  if (token.startsWith('{')) return { reason: 'JSON serialization: only the compact form is a bearer token', says: malformed }
  const parts = token.split('.')
  if (parts.length === 5) return { reason: 'encrypted, not signed', says: malformed }
  if (parts.some(part => /[^A-Za-z0-9_-]/.test(part))) return { reason: 'characters that are not base64url, which lenient readers skip', says: malformed }
  if (parts[1] === '') return { reason: 'an empty payload holds no claims', says: malformed }
  if (!isUtf8(Buffer.from(parts[1] ?? '', 'base64url'))) return { reason: 'a payload that is no text holds no claims', says: malformed }
  const header = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString()) as { alg: string, kid?: string }
  if (header.alg.startsWith('HS')) return { reason: `${header.alg}: shared secrets are never keys here`, says: algorithm }
  if (!supportedAlgorithms.some(one => one === header.alg)) return { reason: `${header.alg} is not among the algorithms`, says: algorithm }
  const key = keys.find(one => one['kid'] === header.kid) ?? keys[0]
  const weak = key === undefined ? undefined : weakness(key)
  return weak === undefined ? undefined : { reason: weak, says: noKey }
}

/** Why a key that fits is not used (RFC 8725 section 3.5, NIST SP 800-131A). */
export function weakness (key: Jwk): string | undefined {
  if (key['kty'] !== 'RSA') return undefined
  const number = (name: string) => BigInt(`0x${Buffer.from(String(key[name]), 'base64url').toString('hex')}`)
  if (number('n') < 1n << 2047n) return 'weak key: RSA below 2048 bits'
  if (number('e') < 65537n) return `weak key: RSA exponent ${number('e')}`
  return undefined
}

/** How often what was seen, for the table at the end. */
export function createTally () {
  const counts = new Map<string, number>()
  return {
    add (line: string) { counts.set(line, (counts.get(line) ?? 0) + 1) },
    count: (start: string): number => [...counts].filter(([line]) => line.startsWith(start)).reduce((sum, [, count]) => sum + count, 0),
    lines: (): string[] => [...counts].sort(([one], [other]) => one < other ? -1 : 1).map(([line, count]) => `${String(count).padStart(5)}  ${line}`)
  }
}
