import type { Test } from 'tap'
import { supportedAlgorithms, type DecodeToken } from '../../src/auth/jws.js'
import { createKeySource } from '../../src/auth/key-source.js'
import { createKeyStore, type KeyStore } from '../../src/auth/key-store.js'
import { createTokenVerifier, type TokenVerifier } from '../../src/auth/verify-token.js'
import { Problem } from '../../src/errors.js'
import { decode } from '../kit/decode.js'
import type { TestIssuer } from '../kit/issuer.js'
import { outcomeOf } from '../kit/outcome-of.js'
import type { Jwk } from './vectors.js'

// The two levels at which a vector is tried. Both are the real verifier with the real key store over
// real HTTP; the second is told what the vectors lack, so that form, key and signature alone decide.

/** The keys as the issuer publishes them, beside one of its own that shows that the set was read. */
export async function publishKeys (t: Test, issuer: TestIssuer, keys: readonly Jwk[]): Promise<KeyStore> {
  issuer.publish(issuer.ec, ...keys.map((key, index) => ({ kid: `own-${index}`, ...key })))
  const store = createKeyStore({ source: createKeySource({ endpoint: issuer.endpoint, jwksPath: '/oidc/jwks', algorithms: supportedAlgorithms }) })
  t.teardown(() => store.close())
  await store.start()
  if (await store.find({ alg: 'ES384', kid: issuer.ec.kid }) === undefined) throw new Error('the key set was not read')
  return store
}

function verifier (issuer: TestIssuer, keys: KeyStore, decodeToken: DecodeToken): TokenVerifier {
  return createTokenVerifier({
    issuer: issuer.issuer,
    audiences: [issuer.audience],
    leeway: 5,
    algorithms: supportedAlgorithms,
    decode: decodeToken,
    keys,
    inTurn: (_source, check) => outcomeOf(check)
  })
}

/** Level 1: the way of every token. */
export const wholeWay = (issuer: TestIssuer, keys: KeyStore): TokenVerifier => verifier(issuer, keys, decode)

/**
 * Level 2: the same, but `typ`, a `kid` where there is none, and the claims are supplied: the
 * vectors' payloads are no claims. Header text, canonical form, algorithm, key and signature are the vector's.
 */
export function signatureCore (issuer: TestIssuer, keys: KeyStore, kid: string): TokenVerifier {
  return verifier(issuer, keys, token => ({ header: headerOf(token, kid), payload: issuer.claims() }))
}

function headerOf (token: string, kid: string): unknown {
  const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())
  return typeof header === 'object' && header !== null && !Array.isArray(header) ? { kid, ...header, typ: 'at+jwt' } : header
}

/** Why the token is refused, in the words of the answer; `undefined` when it is accepted. All but a refusal is an error. */
export async function refusal (verify: TokenVerifier, token: string): Promise<string | undefined> {
  try {
    await verify(token, 'wycheproof')
    return undefined
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_token') return error.message
    throw error
  }
}
