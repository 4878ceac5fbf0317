import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { Algorithm } from './jws.js'
import { checkCostOf, signatureLengthOf } from './signature.js'

export interface VerificationKey {
  readonly kid: string
  readonly alg: Algorithm
  readonly publicKey: KeyObject
  /** Bytes of every signature of this key. */
  readonly signatureLength: number
  /** CPU time of one check, as part of an ES384 check's. */
  readonly checkCost: number
}

const curveOf: Partial<Record<Algorithm, string>> = { ES256: 'P-256', ES384: 'P-384' }
const MIN_RSA_BITS = 2048
const MIN_RSA_EXPONENT = 65537n
/** Modulo each of these the keys of the ROCA flaw (CVE-2017-15361) are powers of 65537; of good keys one in 10^8. */
const ROCA_PRIMES = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167]

/**
 * The usable signature keys of a JWK Set (RFC 7517), by `kid`.
 *
 * Ignored: keys without `kid`, not for signatures, for other algorithms, weak ones (RSA below 2048
 * bits, with an exponent below 65537, or of the ROCA flaw), malformed ones, and every key whose `kid` stands twice.
 */
export function readKeySet (jwks: readonly unknown[], algorithms: readonly Algorithm[]): Map<string, VerificationKey> {
  const count = new Map<unknown, number>()
  for (const jwk of jwks) {
    const kid = isObject(jwk) ? jwk['kid'] : undefined
    count.set(kid, (count.get(kid) ?? 0) + 1)
  }
  const keys = new Map<string, VerificationKey>()
  for (const jwk of jwks) {
    const key = readKey(jwk, algorithms)
    if (key && count.get(key.kid) === 1) keys.set(key.kid, key)
  }
  return keys
}

/** One JWK as verification key, or `undefined` when it may not be used (see {@link readKeySet}). */
export function readKey (jwk: unknown, algorithms: readonly Algorithm[]): VerificationKey | undefined {
  if (!isObject(jwk)) return undefined
  const { kid, use, key_ops: operations } = jwk
  if (typeof kid !== 'string' || kid === '') return undefined
  if (use !== undefined && use !== 'sig') return undefined
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined
  const alg = algorithms.find(candidate => fits(jwk, candidate))
  if (alg === undefined) return undefined
  const publicKey = importKey(jwk)
  if (publicKey === undefined || isWeak(publicKey)) return undefined
  return { kid, alg, publicKey, signatureLength: signatureLengthOf(alg, publicKey), checkCost: checkCostOf(alg, publicKey) }
}

/** RSA keys of Logto carry no `alg`; EC keys are bound to an algorithm by their curve. */
function fits (jwk: Record<string, unknown>, alg: Algorithm): boolean {
  if (jwk['alg'] !== undefined && jwk['alg'] !== alg) return false
  const curve = curveOf[alg]
  return curve === undefined ? jwk['kty'] === 'RSA' : jwk['kty'] === 'EC' && jwk['crv'] === curve
}

function importKey (jwk: Record<string, unknown>): KeyObject | undefined {
  const { kty, crv, x, y, n, e } = jwk
  try {
    return createPublicKey({ key: (kty === 'RSA' ? { kty, n, e } : { kty, crv, x, y }) as JsonWebKey, format: 'jwk' })
  } catch {
    return undefined // malformed members: one bad key must not cost the others
  }
}

function isWeak (key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  return modulusLength < MIN_RSA_BITS || publicExponent < MIN_RSA_EXPONENT || isRoca(key)
}

function isRoca (key: KeyObject): boolean {
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`)
  return ROCA_PRIMES.every(prime => {
    const rest = Number(modulus % BigInt(prime))
    let power = 1
    do {
      if (power === rest) return true
      power = power * 65537 % prime
    } while (power !== 1)
    return false
  })
}

function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
