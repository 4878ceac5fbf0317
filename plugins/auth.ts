import fastifyJwt, { type JWT } from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { createAccessTokens, type AccessTokens } from '../src/auth/access-tokens.js'
import type { CimdPolicy } from '../src/auth/cimd.js'
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
  /** The one audience of `/mcp`, where it has another (`MCP_RESOURCE`): then neither takes the other's tokens. */
  mcpAudience?: string
  /** Whether organization tokens are taken, on the routes that ask for one. */
  organizationTokens?: boolean
  /** What clients get that name themselves by a metadata document. Default: no scope at all. */
  cimd?: CimdPolicy
  algorithms?: readonly Algorithm[]
}

/** Seconds of tolerance between the authorization server's clock and ours. */
const LEEWAY = 5
const CACHE = { maxTokens: 50_000, maxBytes: 64 * 1024 * 1024 }

/** JWKS-backed verification of JWT access tokens: `app.accessTokens`. */
async function authPlugin (app: FastifyInstance, options: AuthOptions) {
  const { endpoint, jwksPath, algorithms = supportedAlgorithms, audiences, mcpAudience, ...rules } = options
  const decode = await jwtDecoder(app)
  const caches: TokenCache[] = []
  const keyStore = createKeyStore({
    source: createKeySource({ endpoint, jwksPath, algorithms }),
    onFailure: error => app.log.warn({ reason: inWords(error) }, 'the keys of the authorization server could not be fetched'),
    onWithdrawn: key => { for (const cache of caches) cache.dropKey(key) }
  })
  const queue = createCheckQueue()

  /** A memory for each audience: what is a good token here must not be recognised there. */
  function tokensFor (audiences: AuthOptions['audiences']): AccessTokens {
    const cache = createTokenCache(CACHE)
    caches.push(cache)
    const verify = createTokenVerifier({ ...rules, audiences, leeway: LEEWAY, algorithms, decode, keys: keyStore, inTurn: queue.run })
    return createAccessTokens({ verify, cache, keys: keyStore })
  }

  const accessTokens = tokensFor(audiences)
  app.decorate('keyStore', keyStore)
  app.decorate('accessTokens', accessTokens)
  app.decorate('mcpAccessTokens', mcpAudience === undefined || audiences.includes(mcpAudience) ? accessTokens : tokensFor([mcpAudience]))
  app.decorate('authStats', () => ({ keys: keyStore.stats(), tokens: sum(caches.map(cache => cache.stats())), checks: queue.stats() }))

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
  return unsigned => jwt?.decode<ReturnType<DecodeToken>>(unsigned) ?? { header: null, payload: null }
}

function sum (all: ReturnType<TokenCache['stats']>[]): ReturnType<TokenCache['stats']> {
  const [first, ...more] = all as [ReturnType<TokenCache['stats']>, ...typeof all]
  const total = { ...first }
  for (const one of more) for (const name of Object.keys(total) as Array<keyof typeof total>) total[name] += one[name]
  return total
}

/** Message and causes; get-jwks' errors carry the whole answer, which may be large and is not ours. */
function inWords (error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`
}

declare module 'fastify' {
  interface FastifyInstance {
    accessTokens: AccessTokens
    /** The tokens of `/mcp`; the same object where it has no audience of its own. */
    mcpAccessTokens: AccessTokens
    keyStore: KeyStore
    /** Counters since the start, for metrics: key fetches, remembered tokens, signature checks. */
    authStats: () => { keys: ReturnType<KeyStore['stats']>, tokens: ReturnType<TokenCache['stats']>, checks: ReturnType<CheckQueue['stats']> }
  }
}

export default fp(authPlugin, { name: 'auth', fastify: '5.x' })
