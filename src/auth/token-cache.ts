import type { Principal } from './principal.js'
import type { VerificationKey } from './jwk.js'
import { flat } from './shared-values.js'
import { createTokenTable, type Signer } from './token-table.js'

/** About what an entry needs beside the characters of its token, in bytes. */
const ENTRY_OVERHEAD = 260
/** Characters at a token's end (36 bits of its signature) that find its entry; the whole token decides. */
const TAIL = 6
/** For one newcomer: one request must not pay for a whole round. */
const SECOND_CHANCES = 16
/** More than an issuer has keys and ways of writing a header; when full, sharing begins anew. */
const MAX_SIGNERS = 100

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
 * The whole token is compared; its tail only finds the entry, because hashing 700 characters costs
 * more than all the rest of a look-up. An entry ends at the token's `exp`, or when its key is dropped.
 * When full, one that was not used lately makes room.
 */
export function createTokenCache (limits: TokenCacheLimits) {
  const table = createTokenTable()
  const signers = new Map<string, Signer>()
  let hand = 0
  let bytes = 0
  const counters = { hits: 0, evictions: 0, expirations: 0, dropped: 0 }

  function remove (slot: number): void {
    bytes -= sizeOf(table.columns.rests[slot] as string)
    table.remove(slot)
  }

  /** The hand goes round over the table: who came in or was used since it last came by is passed over, a few times at most. */
  function makeRoomFor (size: number): void {
    const { rests, used } = table.columns
    let chances = SECOND_CHANCES
    while (table.size >= limits.maxTokens || bytes + size > limits.maxBytes) {
      hand = (hand + 1) % rests.length
      if (rests[hand] === undefined) continue
      if (used[hand] === 1 && chances > 0) {
        chances -= 1
        used[hand] = 0
      } else {
        remove(hand)
        counters.evictions += 1
      }
    }
  }

  function signerOf (header: string, key: VerificationKey): Signer {
    const known = signers.get(header)
    if (known?.key === key) return known
    if (signers.size >= MAX_SIGNERS) signers.clear()
    const signer = { header: flat(header), key }
    signers.set(signer.header, signer)
    return signer
  }

  /** @param now seconds since the epoch */
  function get (token: string, now: number): Principal | undefined {
    const { columns } = table
    const slot = table.slotOf(tailOf(token))
    const rest = columns.rests[slot]
    if (rest === undefined) return undefined
    const principal = columns.principals[slot] as Principal
    // Read here already: principal and token are in two places of memory, which the processor reads at once.
    const ended = now >= principal.expiresAt
    if (!isToken(token, (columns.signers[slot] as Signer).header, rest)) return undefined
    if (ended) {
      remove(slot)
      counters.expirations += 1
      return undefined
    }
    columns.used[slot] = 1
    counters.hits += 1
    return principal
  }

  /** Remembers a token that was verified under `key`. */
  function set (token: string, principal: Principal, key: VerificationKey): void {
    const tail = tailOf(token)
    const slot = table.slotOf(tail)
    if (table.columns.rests[slot] !== undefined) remove(slot)
    const dot = token.indexOf('.')
    const rest = flat(token.slice(dot))
    const size = sizeOf(rest)
    if (size > limits.maxBytes) return
    makeRoomFor(size)
    table.insert(tail, rest, signerOf(token.slice(0, dot), key), principal)
    bytes += size
  }

  /** Forgets every token verified under this key. */
  function dropKey (key: VerificationKey): void {
    for (const [header, signer] of signers) if (signer.key === key) signers.delete(header)
    const held = table.columns.signers
    for (let slot = 0; slot < held.length;) {
      if (held[slot]?.key === key) {
        remove(slot) // the next one may have moved here
        counters.dropped += 1
      } else slot += 1
    }
  }

  return { get, set, dropKey, stats: () => ({ ...counters, tokens: table.size, bytes }) }
}

function tailOf (token: string): number {
  let tail = 0
  for (let index = Math.max(0, token.length - TAIL); index < token.length; index += 1) tail = Math.imul(tail, 67) + token.charCodeAt(index) | 0
  return tail
}

/** Whether it is this very token, compared to its last character. */
function isToken (token: string, header: string, rest: string): boolean {
  return token.length === header.length + rest.length && token.slice(header.length) === rest && token.slice(0, header.length) === header
}

function sizeOf (rest: string): number {
  return rest.length + ENTRY_OVERHEAD
}
