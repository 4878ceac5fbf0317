import { fetchJson } from './fetch-json.js'
import { readKey, readKeySet, type VerificationKey } from './jwk.js'
import type { Algorithm, JwsHeader } from './jws.js'

/** Milliseconds for one fetch of keys, from connecting to the last byte. */
const FETCH_TIMEOUT = 5_000
const MAX_JWKS_BYTES = 256 * 1024
/** Reading a key costs half a millisecond, and issuers have a handful. */
const MAX_KEYS = 100

export interface KeySource {
  /** Every usable key the issuer publishes now. @throws when the set can't be had */
  readAll (): Promise<Map<string, VerificationKey>>
  /** Whether the issuer publishes a usable key with this `kid` and `alg` now. @throws when that can't be known */
  publishes (header: JwsHeader): Promise<boolean>
  close (): Promise<void>
}

/**
 * Fetches keys from one fixed address; nothing in a token has a say in it.
 *
 * `publishes` is get-jwks' per-kid look-up, each time with fresh caches: what may be remembered,
 * and for how long, is the key store's decision. `readAll` reads the set as a whole,
 * which get-jwks cannot do (docs/decisions/0001-key-fetching.md). Both have the same limits:
 * 5 s, 256 kB, no redirect.
 */
export function createKeySource (options: { endpoint: string, jwksPath: string, algorithms: readonly Algorithm[] }): KeySource {
  const { endpoint, jwksPath, algorithms } = options
  const url = new URL(jwksPath, endpoint)
  const closing = new AbortController()
  let lookUp: Promise<LookUp> | undefined

  async function readAll () {
    const body = await fetchJson(url, { timeout: FETCH_TIMEOUT, maxBytes: MAX_JWKS_BYTES }, closing.signal)
    const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined
    if (!Array.isArray(keys)) throw new Error('the key set holds no keys')
    if (keys.length > MAX_KEYS) throw new Error(`the key set holds more than ${MAX_KEYS} keys`)
    const usable = readKeySet(keys, algorithms)
    // Taken for a fault, not for "all keys withdrawn": the stale bound still holds.
    if (usable.size === 0) throw new Error('the key set holds no usable key')
    return usable
  }

  function loaded (): Promise<LookUp> {
    if (closing.signal.aborted) throw new Error('closed')
    lookUp ??= createLookUp(endpoint, jwksPath).catch((error: unknown) => {
      lookUp = undefined // the next unknown kid tries again
      throw error
    })
    return lookUp
  }

  async function publishes (header: JwsHeader) {
    const { getJwk } = await loaded()
    try {
      return readKey(await withTimeout(getJwk(header)), algorithms) !== undefined
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  return {
    readAll,
    publishes,
    async close () {
      closing.abort(new Error('closed'))
      await lookUp?.then(({ close }) => close(), () => { /* it was not loaded, so there is nothing to close */ })
    }
  }
}

type LookUp = Awaited<ReturnType<typeof createLookUp>>

/** get-jwks and undici are loaded at the first unknown kid: most processes never see one, and it costs 90 ms. */
async function createLookUp (endpoint: string, jwksPath: string) {
  const [{ default: buildGetJwks }, { Agent }] = await Promise.all([import('get-jwks'), import('undici')])
  // get-jwks' own `timeout` is no fetch option and does nothing; the dispatcher's limits hold.
  const dispatcher = new Agent({
    connect: { timeout: FETCH_TIMEOUT },
    headersTimeout: FETCH_TIMEOUT,
    bodyTimeout: FETCH_TIMEOUT,
    maxResponseSize: MAX_JWKS_BYTES
  })
  // Node's fetch takes the dispatcher of undici 7, but its types are those of the built-in undici 6.
  const fetchOptions = { dispatcher: dispatcher as unknown as NonNullable<RequestInit['dispatcher']>, redirect: 'error' } as const
  return {
    getJwk: ({ kid, alg }: JwsHeader) => buildGetJwks({ jwksPath, issuersWhitelist: [endpoint], fetchOptions }).getJwk({ domain: endpoint, kid, alg }),
    close: () => dispatcher.destroy()
  }
}

function isNotFound (error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'JWK_NOT_FOUND'
}

/** Bounds a body that trickles: the dispatcher's limit counts between two pieces, not from the start. */
async function withTimeout<T> (work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the key set took longer than 5 s')), FETCH_TIMEOUT)
  })
  try {
    return await Promise.race([work, expiry])
  } finally {
    clearTimeout(timer)
  }
}
