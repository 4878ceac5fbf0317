import type { Principal } from './principal.js'
import type { VerificationKey } from './jwk.js'
import { flat } from './shared-values.js'

/** About what an entry needs beside the characters of its token, in bytes. */
const ENTRY_OVERHEAD = 265
/** Characters at a token's end (48 bits of its signature) that find its entry; the whole token decides. */
const TAIL = 8
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

/** The same for all tokens that a key has signed: kept once. */
interface Signer {
  /** The encoded JWS header. */
  readonly header: string
  readonly key: VerificationKey
}

interface Entry {
  readonly signer: Signer
  /** The rest of the token, from the first dot on. */
  readonly rest: string
  readonly principal: Principal
  /** Seen since it came in or was last passed over: its next eviction is put off once. */
  used: boolean
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
  const entries = new Map<string, Entry>()
  const signers = new Map<string, Signer>()
  let hand = entries.entries()
  let bytes = 0
  const counters = { hits: 0, evictions: 0, expirations: 0, dropped: 0 }

  function remove (tail: string, entry: Entry): void {
    entries.delete(tail)
    bytes -= sizeOf(entry)
  }

  /** The hand goes round over the entries: who was used since it last came by is passed over, a few times at most. */
  function makeRoom (): void {
    let chances = SECOND_CHANCES
    while (entries.size > limits.maxTokens || bytes > limits.maxBytes) {
      const { value, done } = hand.next()
      if (done) {
        hand = entries.entries()
        continue
      }
      const [tail, entry] = value
      if (entry.used && chances > 0) {
        chances -= 1
        entry.used = false
      } else {
        remove(tail, entry)
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
    const entry = entries.get(token.slice(-TAIL))
    if (entry === undefined || !matches(entry, token)) return undefined
    if (now >= entry.principal.expiresAt) {
      remove(token.slice(-TAIL), entry)
      counters.expirations += 1
      return undefined
    }
    entry.used = true
    counters.hits += 1
    return entry.principal
  }

  /** Remembers a token that was verified under `key`. */
  function set (token: string, principal: Principal, key: VerificationKey): void {
    const tail = token.slice(-TAIL)
    const replaced = entries.get(tail)
    if (replaced) remove(tail, replaced)
    const dot = token.indexOf('.')
    const entry: Entry = { signer: signerOf(token.slice(0, dot), key), rest: flat(token.slice(dot)), principal, used: false }
    entries.set(tail, entry)
    bytes += sizeOf(entry)
    makeRoom()
  }

  /** Forgets every token verified under this key. */
  function dropKey (key: VerificationKey): void {
    for (const [header, signer] of signers) if (signer.key === key) signers.delete(header)
    for (const [tail, entry] of entries) {
      if (entry.signer.key !== key) continue
      remove(tail, entry)
      counters.dropped += 1
    }
  }

  return { get, set, dropKey, stats: () => ({ ...counters, tokens: entries.size, bytes }) }
}

/** Whether it is this very token, compared to its last character. */
function matches ({ signer: { header }, rest }: Entry, token: string): boolean {
  return token.slice(header.length) === rest && token.slice(0, header.length) === header
}

function sizeOf (entry: Entry): number {
  return entry.rest.length + ENTRY_OVERHEAD
}
