import { verify } from 'node:crypto'
import type { Algorithm } from './jws.js'
import type { VerificationKey } from './jwk.js'

/** RFC 7518 sections 3.3 and 3.4; for ECDSA the signature is two numbers of fixed length, here in bytes together. */
const parameters: Record<Algorithm, { hash: string, ecdsaLength?: number }> = {
  ES384: { hash: 'sha384', ecdsaLength: 96 },
  ES256: { hash: 'sha256', ecdsaLength: 64 },
  RS256: { hash: 'sha256' }
}

/** Whether a signature has the length that every signature of this key has. Costs nothing, unlike the check. */
export function hasLengthFor (key: VerificationKey, signature: Buffer): boolean {
  const length = parameters[key.alg].ecdsaLength ?? Math.ceil((key.publicKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
  return signature.length === length
}

/**
 * Whether the signature over the signing input is right (RFC 7515 section 5.2), checked on the thread
 * pool: an ES384 check costs 0.7 to 0.9 ms of CPU and must not hold up the event loop.
 *
 * The algorithm is the key's. Does NOT look at the header, the claims or who may call how often.
 * Rejects only when the check itself could not be made.
 */
export function verifySignature (signingInput: string, signature: Buffer, key: VerificationKey): Promise<boolean> {
  const { hash } = parameters[key.alg]
  if (!hasLengthFor(key, signature)) return Promise.resolve(false)
  return new Promise((resolve, reject) => {
    verify(hash, Buffer.from(signingInput, 'latin1'), { key: key.publicKey, dsaEncoding: 'ieee-p1363' }, signature, (error, valid) => {
      if (error) reject(error)
      else resolve(valid)
    })
  })
}
