import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { readKey, readKeySet } from '../../auth/jwk.js'
import type { Algorithm } from '../../auth/jws.js'
import { isObject } from './http.js'
import { quoted } from '../words.js'

export interface UnusableKey {
  /** Its `kid`, or its place in the set. */
  name: string
  why: string
  /** `false`: it never claimed to be one for signatures. */
  forSignatures: boolean
}

/**
 * The keys of a JWK Set (RFC 7517) that the service ignores, and why. Whether it does is judged by
 * the service's own rules; only the words are found here.
 */
export function unusableKeys (jwks: readonly unknown[], algorithms: readonly Algorithm[]): UnusableKey[] {
  const usable = readKeySet(jwks, algorithms)
  return jwks.flatMap((jwk, index) => {
    const kid = isObject(jwk) && typeof jwk['kid'] === 'string' && jwk['kid'] !== '' ? jwk['kid'] : undefined
    if (kid !== undefined && usable.has(kid)) return []
    const name = kid === undefined ? `key ${index + 1}` : quoted(kid)
    return [{ name, why: reason(jwk, kid, algorithms), forSignatures: isForSignatures(jwk) }]
  })
}

function reason (jwk: unknown, kid: string | undefined, algorithms: readonly Algorithm[]): string {
  if (!isObject(jwk)) return 'no JSON object'
  if (kid === undefined) return 'without "kid"'
  if (readKey(jwk, algorithms) !== undefined) return 'its "kid" stands twice in the set'
  if (!isForSignatures(jwk)) return 'not for checking signatures'
  const details = jwk['kty'] === 'RSA' || jwk['kty'] === 'EC' ? detailsOf(jwk) : {}
  if (details === undefined) return 'malformed'
  if (jwk['kty'] === 'RSA' && (jwk['alg'] === undefined || jwk['alg'] === 'RS256')) {
    return `weak: RSA of ${details.modulusLength ?? 0} bits with the exponent ${details.publicExponent ?? 0}; it takes 2048 bits, the exponent 65537, and a key without the ROCA flaw`
  }
  const kind = [jwk['kty'], jwk['crv'], jwk['alg']].filter(part => typeof part === 'string').join(' ')
  return `a key for ${quoted(kind)}; it takes one for ${algorithms.join(', ')}`
}

function isForSignatures (jwk: unknown): boolean {
  if (!isObject(jwk)) return true
  const { use, key_ops: operations } = jwk
  return (use === undefined || use === 'sig') && (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
}

function detailsOf (jwk: Record<string, unknown>) {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }).asymmetricKeyDetails ?? {}
  } catch {
    return undefined
  }
}
