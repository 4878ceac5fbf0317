import { Problem } from '../errors.js'
import type { VerificationKey } from './jwk.js'
import type { JwsHeader } from './jws.js'
import type { KeySource } from './key-source.js'

/** Milliseconds, from DESIGN's fixed numbers. */
const REFRESH_INTERVAL = 10 * 60_000
const UNKNOWN_KID_COOLDOWN = 30_000
const MAX_STALENESS = 24 * 60 * 60_000
/** While no key is known at all: tries start with the first pause and slow down to the last. */
const FIRST_RETRY = 1_000
const LAST_RETRY = 5_000
/** Most look-ups that wait for one fetch; as many as signature checks. */
const MAX_WAITING = 1_000

export interface KeyStoreOptions {
  source: KeySource
  /** Told about every failed fetch; keys already known stay in use. */
  onFailure?: (error: unknown) => void
  /** Told about every key that the issuer no longer publishes: what was verified under it counts no more. */
  onWithdrawn?: (key: VerificationKey) => void
  /** Milliseconds since the epoch. */
  now?: () => number
  random?: () => number
}

export type KeyStore = ReturnType<typeof createKeyStore>

/**
 * Keeps the issuer's keys: fetched ahead, refreshed every 10 min ± 10 %, all look-ups in one flight.
 *
 * A `kid` that is not known may cause one fetch per 30 s, whoever asks, and never pushes out a good
 * key. Keys that the issuer withdraws are gone with the next refresh. Through an outage known keys
 * are used for at most 24 h.
 */
export function createKeyStore (options: KeyStoreOptions) {
  const { source, onFailure = () => {}, onWithdrawn = () => {}, now = Date.now, random = Math.random } = options
  let keys = new Map<string, VerificationKey>()
  let freshAt = -Infinity
  let refreshAt = -Infinity
  /** Until then the keys may be relied on. One number, because every request asks. */
  let usableUntil = -Infinity
  /** Not before this time may an unknown kid cause a fetch. */
  let nextTry = -Infinity
  let failures = 0
  let waiting = 0
  let lastProbeMissed = false
  let flight: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const counters = { fetches: 0, failures: 0, unknownKids: 0, cooldowns: 0, withdrawals: 0 }

  /** @param at milliseconds since the epoch */
  const known = (at = now()) => at < usableUntil

  async function readAll (): Promise<void> {
    counters.fetches += 1
    refreshAt = Infinity // under way
    replaceKeys(await source.readAll())
    freshAt = now()
    usableUntil = keys.size > 0 ? freshAt + MAX_STALENESS : -Infinity
    refreshAt = freshAt + REFRESH_INTERVAL * (0.9 + 0.2 * random())
    failures = 0
  }

  /** A key that stays is the same object as before, so that whoever holds it can tell. */
  function replaceKeys (published: Map<string, VerificationKey>): void {
    const before = keys
    keys = new Map([...published].map(([kid, key]) => {
      const held = before.get(kid)
      return [kid, held && held.alg === key.alg && held.publicKey.equals(key.publicKey) ? held : key]
    }))
    for (const [kid, key] of before) {
      if (keys.get(kid) === key) continue
      counters.withdrawals += 1
      onWithdrawn(key)
    }
  }

  /** An unknown kid: ask for it alone; only if it is real is the whole set read again. */
  async function lookFor (header: JwsHeader): Promise<void> {
    // After a miss the next turn reads the whole set, so that a flood of made-up kids
    // can't keep a really new key from being seen.
    if (!known() || lastProbeMissed) {
      lastProbeMissed = false
      await readAll()
    } else {
      counters.fetches += 1
      lastProbeMissed = !(await source.publishes(header))
      if (!lastProbeMissed) await readAll()
    }
    // Also after a hit: get-jwks finds a kid that stands twice, which the set then leaves out.
    if (!keys.has(header.kid)) nextTry = now() + UNKNOWN_KID_COOLDOWN
  }

  function inOneFlight (work: () => Promise<void>): Promise<void> {
    flight ??= work().catch(error => {
      if (closed) return // given up, not failed
      failures += 1
      counters.failures += 1
      nextTry = now() + retryPause()
      // A probe that failed must not put off the refresh.
      refreshAt = Math.min(refreshAt, nextTry)
      onFailure(error)
    }).finally(() => {
      flight = undefined
      schedule()
    })
    return flight
  }

  function retryPause (): number {
    return known() ? UNKNOWN_KID_COOLDOWN : Math.min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY)
  }

  function schedule (): void {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => { void inOneFlight(readAll) }, Math.max(0, refreshAt - now()))
    timer.unref()
  }

  /** Whoever waits is let go at the same moment as all others: a crowd of made-up kids must not grow without bound. */
  async function arrival (flight: Promise<void>): Promise<void> {
    if (waiting >= MAX_WAITING) throw new Problem('overloaded', 'Too many access tokens wait for the keys of the authorization server; try again.', { retryAfter: 1 })
    waiting += 1
    try {
      await flight
    } finally {
      waiting -= 1
    }
  }

  /** The key of that name if it is known; asks nobody. */
  const get = (kid: string): VerificationKey | undefined => known() ? keys.get(kid) : undefined

  /**
   * @returns the key, or `undefined` when the issuer has none of that name
   * @throws Problem `keys_unavailable` when no key is known and none can be had; `overloaded` when too many wait for that
   */
  async function find (header: JwsHeader): Promise<VerificationKey | undefined> {
    const held = get(header.kid)
    if (held) return held
    counters.unknownKids += 1
    if (flight) await arrival(flight)
    else if (now() >= nextTry) await inOneFlight(() => lookFor(header))
    else counters.cooldowns += 1
    if (!known()) {
      throw new Problem('keys_unavailable', 'The keys of the authorization server cannot be had right now; try again.', {
        retryAfter: Math.max(1, Math.ceil((nextTry - now()) / 1000))
      })
    }
    return keys.get(header.kid)
  }

  return {
    get,
    find,
    /** Fetches the keys ahead of the first request. Never rejects: the service starts without them, too. */
    start: (): Promise<void> => inOneFlight(readAll),
    /** Whether at least one usable key is known. */
    ready: known,
    /** Whether this very key may still be relied on: not withdrawn, and the set not too old. */
    holds: (key: VerificationKey): boolean => get(key.kid) === key,
    /** Counted since the start; `keys` and `ageMs` (since the last successful fetch) as of now. */
    stats: () => ({ ...counters, keys: keys.size, ageMs: now() - freshAt }),
    async close (): Promise<void> {
      closed = true
      clearTimeout(timer)
      await source.close()
    }
  }
}
