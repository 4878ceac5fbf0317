import fastifyJwt, { type JWT } from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createAccessTokens, type AccessTokens } from '../src/auth/access-tokens.js'
import { createCheckQueue, type CheckQueue } from '../src/auth/check-queue.js'
import { createKeySource } from '../src/auth/key-source.js'
import { createKeyStore, type KeyStore } from '../src/auth/key-store.js'
import { supportedAlgorithms, type Algorithm, type DecodeToken } from '../src/auth/jws.js'
import { createTokenCache, type TokenCache } from '../src/auth/token-cache.js'
import { createTokenVerifier } from '../src/auth/verify-token.js'

export interface AuthOptions {
  /** The one accepted issuer (`<logto endpoint>/oidc`). */
  issuer: string
  /** Where the keys are: `endpoint` + `jwksPath`. Never taken from a token. */
  endpoint: string
  jwksPath: string
  /** The accepted audiences, compared exactly; at least one. */
  audiences: readonly [string, ...string[]]
  /** Whether organization tokens are taken, on the routes that ask for one. */
  organizationTokens?: boolean
  algorithms?: readonly Algorithm[]
}

/** Seconds of tolerance between the authorization server's clock and ours. */
const LEEWAY = 5
const CACHE = { maxTokens: 50_000, maxBytes: 64 * 1024 * 1024 }

/** JWKS-backed verification of JWT access tokens: `app.accessTokens`. */
async function authPlugin (app: FastifyInstance, options: AuthOptions) {
  const { endpoint, jwksPath, algorithms = supportedAlgorithms, ...rules } = options
  const decode = await jwtDecoder(app)
  const cache = createTokenCache(CACHE)
  const keyStore = createKeyStore({
    source: createKeySource({ endpoint, jwksPath, algorithms }),
    onFailure: error => app.log.warn({ reason: inWords(error) }, 'the keys of the authorization server could not be fetched'),
    onWithdrawn: cache.dropKey
  })
  const queue = createCheckQueue()
  const verify = createTokenVerifier({ ...rules, leeway: LEEWAY, algorithms, decode, keys: keyStore, inTurn: queue.run })

  app.decorate('keyStore', keyStore)
  app.decorate('accessTokens', createAccessTokens({ verify, cache, keys: keyStore }))
  app.decorate('authStats', () => ({ keys: keyStore.stats(), tokens: cache.stats(), checks: queue.stats() }))

  // Fetched ahead, but not waited for: the service starts also while the authorization server is down.
  app.addHook('onReady', async () => { void keyStore.start() })
  app.addHook('onClose', () => keyStore.close())
}

/**
 * @fastify/jwt's decoder, in a context of its own: routes shall not have `request.jwtVerify` as a second,
 * weaker way in, nor pay for its decorations. Why nothing else of it: docs/decisions/0002-signature-check.md.
 */
async function jwtDecoder (app: FastifyInstance): Promise<DecodeToken> {
  const secret = { public: () => Promise.reject(new Error('requireScopes verifies')) }
  let jwt: JWT | undefined
  await app.register(async own => {
    await own.register(fastifyJwt, { secret, decode: { complete: true } })
    jwt = own.jwt
  })
  return token => jwt?.decode<ReturnType<DecodeToken>>(token) ?? { header: null, payload: null }
}

/** Message and causes; get-jwks' errors carry the whole answer, which may be large and is not ours. */
function inWords (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`
}

declare module 'fastify' {
  interface FastifyInstance {
    accessTokens: AccessTokens
    keyStore: KeyStore
    /** Counters since the start, for metrics: key fetches, remembered tokens, signature checks. */
    authStats: () => { keys: ReturnType<KeyStore['stats']>, tokens: ReturnType<TokenCache['stats']>, checks: ReturnType<CheckQueue['stats']> }
  }
}

export default fp(authPlugin, { name: 'auth', fastify: '5.x' })
