import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createKeySource } from '../src/auth/key-source.js'
import { createKeyStore, type KeyStore } from '../src/auth/key-store.js'
import type { VerificationKey } from '../src/auth/jwk.js'
import { supportedAlgorithms, type Algorithm } from '../src/auth/jws.js'
import { createTokenVerifier, type TokenVerifier } from '../src/auth/verify-token.js'

export interface AuthOptions {
  /** The one accepted issuer (`<logto endpoint>/oidc`). */
  issuer: string
  /** Where the keys are: `endpoint` + `jwksPath`. Never taken from a token. */
  endpoint: string
  jwksPath: string
  /** The accepted audiences, compared exactly; at least one. */
  audiences: readonly [string, ...string[]]
  algorithms?: readonly Algorithm[]
}

/** Seconds of tolerance between the authorization server's clock and ours. */
const LEEWAY = 5

/** JWKS-backed verification of JWT access tokens: `app.verifyAccessToken(token)` → Principal. */
async function authPlugin (app: FastifyInstance, options: AuthOptions) {
  const { issuer, endpoint, jwksPath, audiences, algorithms = supportedAlgorithms } = options
  const keyStore = createKeyStore({
    source: createKeySource({ endpoint, jwksPath, algorithms }),
    onFailure: error => app.log.warn({ reason: inWords(error) }, 'the keys of the authorization server could not be fetched')
  })

  await app.register(fastifyJwt, {
    // Keys are given with each call; there is no secret to sign or verify with by default.
    secret: { public: () => Promise.reject(new Error('a key must be named')) },
    verify: {
      algorithms: [...algorithms],
      allowedIss: issuer,
      allowedAud: [...audiences],
      requiredClaims: ['iss', 'aud', 'exp', 'iat', 'sub', 'jti', 'client_id'],
      checkTyp: 'at+jwt',
      clockTolerance: LEEWAY * 1000,
      cache: false
    }
  })

  app.decorate('verifyAccessToken', createTokenVerifier({
    issuer,
    audiences,
    leeway: LEEWAY,
    algorithms,
    findKey: keyStore.find,
    // Algorithm and key are bound together here; @fastify/jwt keeps its other options (iss, aud …).
    checkSignature: async (token: string, key: VerificationKey) => app.jwt.verify(token, { key: key.pem, algorithms: [key.alg] })
  }))
  app.decorate('keyStore', keyStore)

  // Fetched ahead, but not waited for: the service starts also while the authorization server is down.
  app.addHook('onReady', async () => { void keyStore.start() })
  app.addHook('onClose', () => keyStore.close())
}

/** Message and causes; get-jwks' errors carry the whole answer, which may be large and is not ours. */
function inWords (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Verifies a JWT access token; see createTokenVerifier for what is and is not checked. */
    verifyAccessToken: TokenVerifier
    keyStore: KeyStore
  }
}

export default fp(authPlugin, { name: 'auth', fastify: '5.x' })
