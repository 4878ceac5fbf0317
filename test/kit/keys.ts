import { generateKeyPairSync, randomBytes, sign, type JsonWebKey, type KeyObject } from 'node:crypto'

export type SigningAlgorithm = 'ES384' | 'RS256' | 'ES256'

/** A key pair as an authorization server holds it. `jwk` is the public half, as it stands in the key set. */
export interface SigningKey {
  readonly kid: string
  readonly alg: SigningAlgorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Record<string, unknown>
}

export interface SigningKeyOptions {
  kid?: string
  /** RSA only; below 2048 the key is weak. */
  bits?: number
  /** RSA only; 3 is weak. */
  exponent?: number
}

const curves = { ES384: 'P-384', ES256: 'P-256' } as const
const hashes = { ES384: 'sha384', ES256: 'sha256', RS256: 'sha256' } as const

/** A fresh key. RSA keys carry no `alg` in their JWK, as at Logto; EC keys do. */
export function createSigningKey (alg: SigningAlgorithm, options: SigningKeyOptions = {}): SigningKey {
  const { kid = randomBytes(16).toString('base64url'), bits = 2048, exponent = 65537 } = options
  const { privateKey, publicKey } = alg === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: bits, publicExponent: exponent })
    : generateKeyPairSync('ec', { namedCurve: curves[alg] })
  const members: JsonWebKey = publicKey.export({ format: 'jwk' })
  return { kid, alg, privateKey, publicKey, jwk: { ...members, kid, use: 'sig', ...(alg === 'RS256' ? {} : { alg }) } }
}

/** The signature of a JWS (RFC 7518 section 3.4: ECDSA as two numbers of fixed length). */
export function signWith (key: SigningKey, signingInput: string): Buffer {
  return sign(hashes[key.alg], Buffer.from(signingInput), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })
}
