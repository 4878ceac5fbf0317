import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'
import { createTokenTable } from './token-table.js'

/** About what an entry needs beside its texts, in bytes. */
const ENTRY_OVERHEAD = 250
/** Scopes and audiences of a token that are taken to be shared, and what each further one needs, in bytes. */
const SHARED_NAMES = 16
const NAME_BYTES = 40
/** Characters at the end (36 bits of the signature) that find an entry; the whole text decides. */
const TAIL = 6
/** Tokens that are looked at for one that has to go: one request must not pay for a whole round. */
const MOST_MET = 16

export interface TokenCacheLimits {
  /** Most tokens held. */
  maxTokens: number
  /** Most bytes held, all entries together. */
  maxBytes: number
}

export type TokenCache = ReturnType<typeof createTokenCache>

/**
 * Remembers tokens that were verified; nothing else ever gets in, so forged ones can't fill it.
 *
 * Its key is the whole text of the `Authorization` header, so that a request's header is compared as it is. The tail
 * only finds the entry, because hashing 700 characters costs more than all the rest of a look-up. An entry ends at the
 * token's `exp`, or when its key is dropped. When full, one that was not used lately makes room.
 */
export function createTokenCache (limits: TokenCacheLimits) {
  const table = createTokenTable()
  let hand = 0
  let bytes = 0
  /**
   * What was found last. Forgotten as soon as anything leaves the table, so that it says nothing that the table would not;
   * as long as it stands here its chances are at their most, because whoever takes one away also removes somebody.
   */
  let lastTail = 0
  let lastText: string | undefined
  let lastPrincipal: Principal | undefined
  let hits = 0
  const counters = { evictions: 0, expirations: 0, dropped: 0 }

  function remove (slot: number): void {
    lastText = lastPrincipal = undefined
    bytes -= sizeOf(table.textAt(slot) as string, table.principalAt(slot) as Principal)
    table.remove(slot)
  }

  /**
   * The hand goes round over the table. Who came in since it last came by is passed over, who was used twice; when it
   * has met only such for a while, the one of them goes that has the fewest chances left, so not one in use while there is another.
   */
  function nextToGo (): number {
    let weakest = hand
    let fewest = Infinity
    for (let met = 0; met < MOST_MET;) {
      hand = table.after(hand)
      if (table.textAt(hand) === undefined) continue
      const left = table.chancesAt(hand)
      if (left === 0) return hand
      met += 1
      table.setChances(hand, left - 1)
      if (left < fewest) [weakest, fewest] = [hand, left]
    }
    return weakest
  }

  function makeRoomFor (size: number): void {
    while (table.size >= limits.maxTokens || bytes + size > limits.maxBytes) {
      remove(nextToGo())
      counters.evictions += 1
    }
  }

  /**
   * @param credentials the header's value
   * @param now seconds since the epoch
   */
  function get (credentials: string, now: number): Principal | undefined {
    const tail = tailOf(credentials)
    if (tail === lastTail && credentials === lastText && now < (lastPrincipal as Principal).expiresAt) {
      hits += 1
      return lastPrincipal
    }
    const slot = table.slotOf(tail)
    const text = table.textAt(slot)
    if (text === undefined) return undefined
    const principal = table.principalAt(slot) as Principal
    // Read here already: principal and text are in two places of memory, which the processor reads at once.
    const ended = now >= principal.expiresAt
    if (credentials !== text) return undefined
    if (ended) {
      remove(slot)
      counters.expirations += 1
      return undefined
    }
    table.setChances(slot, 2)
    hits += 1
    lastTail = tail
    lastText = text
    lastPrincipal = principal
    return principal
  }

  /** Remembers credentials whose token was verified under `key`; keeps that very text, so one that is part of a longer one keeps that, too. */
  function set (credentials: string, principal: Principal, key: VerificationKey): void {
    const tail = tailOf(credentials)
    const slot = table.slotOf(tail)
    if (table.textAt(slot) !== undefined) remove(slot)
    const size = sizeOf(credentials, principal)
    if (size > limits.maxBytes) return
    makeRoomFor(size)
    table.insert(tail, credentials, key, principal)
    bytes += size
  }

  /** Forgets every token verified under this key. */
  function dropKey (key: VerificationKey): void {
    for (let slot = 0; slot < table.slots;) {
      if (table.keyAt(slot) === key) {
        remove(slot) // the next one may have moved here
        counters.dropped += 1
      } else slot += 1
    }
  }

  return { get, set, dropKey, stats: () => ({ hits, ...counters, tokens: table.size, bytes }) }
}

/** A number for the end of the text; two texts may have the same. */
export function tailOf (text: string): number {
  let tail = 0
  for (let index = Math.max(0, text.length - TAIL); index < text.length; index += 1) tail = Math.imul(tail, 67) + text.charCodeAt(index) | 0
  return tail
}

/** In bytes. Short lists of scopes and audiences are shared by many tokens; long ones seldom are. */
function sizeOf (text: string, { sub, organizationId = '', scopes, audience }: Principal): number {
  const names = Math.max(0, scopes.length + audience.length - SHARED_NAMES)
  return ENTRY_OVERHEAD + text.length + sub.length + organizationId.length + names * NAME_BYTES
}
