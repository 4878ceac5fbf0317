import { createVerify, verify, type KeyObject } from 'node:crypto'
import type { Algorithm } from './jws.js'
import type { VerificationKey } from './jwk.js'
import { passingBytes } from './scratch.js'

/** RFC 7518 sections 3.3 and 3.4; for ECDSA the signature is two numbers of fixed length, here in bytes together. */
const parameters: Record<Algorithm, { hash: string, ecdsaLength?: number }> = {
  ES384: { hash: 'sha384', ecdsaLength: 96 },
  ES256: { hash: 'sha256', ecdsaLength: 64 },
  RS256: { hash: 'sha256' }
}

/** What a cheap check takes of an ES384 check's 0.8 ms, at most: RSA 0.03 ms with 2048 bits and 0.08 with 4096, P-256 0.07. */
const CHEAP = 1 / 8
const MAX_CHEAP_BITS = 4096

/** Bytes of every signature of a key. */
export function signatureLengthOf (alg: Algorithm, publicKey: KeyObject): number {
  return parameters[alg].ecdsaLength ?? Math.ceil((publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

/** CPU time of one check, as part of an ES384 check's. An RSA check takes as long as the key's issuer likes; with the usual exponent and length it is cheap. */
export function checkCostOf (alg: Algorithm, publicKey: KeyObject): number {
  if (alg !== 'RS256') return alg === 'ES256' ? CHEAP : 1
  const { modulusLength = Infinity, publicExponent } = publicKey.asymmetricKeyDetails ?? {}
  return publicExponent === 65537n && modulusLength <= MAX_CHEAP_BITS ? CHEAP : 1
}

/** The check of one signature, not made yet. */
export interface SignatureCheck {
  /** CPU time, as part of an ES384 check's. */
  cost: number
  /** On the thread pool. `done` gets an error only when the check itself could not be made. */
  run: (done: CheckDone) => void
  /** On the event loop; only there when that holds it up no longer than handing the check over would. Throws when the check itself could not be made. */
  runHere?: () => boolean
}

export type CheckDone = (error: Error | null, valid: boolean) => void

/**
 * Whether the signature over the signing input is right (RFC 7515 section 5.2). On the thread pool, because an ES384
 * check costs 0.7 to 0.9 ms of CPU and must not hold up the event loop.
 *
 * `signature` is canonical base64url, which parseToken has made sure of; the algorithm is the key's. Does NOT look at the header, the claims or who may call how often.
 */
export function signatureCheck (signingInput: string, signature: string, key: VerificationKey): SignatureCheck {
  const { hash } = parameters[key.alg]
  const { checkCost: cost, publicKey } = key
  if (Buffer.byteLength(signature, 'base64url') !== key.signatureLength) return { cost, run: done => { done(null, false) } }
  const run = (done: CheckDone) => {
    verify(hash, Buffer.from(signingInput, 'latin1'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'), done)
  }
  if (key.alg !== 'RS256' || cost === 1) return { cost, run }
  // Node's older way to make the same check takes less time.
  return { cost, run, runHere: () => createVerify(hash).update(signingInput, 'latin1').verify(publicKey, passingBytes(signature, 'base64url')) }
}
