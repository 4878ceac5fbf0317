import { randomInt } from 'node:crypto'
import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'

/** 2^32 divided by the golden ratio. */
const GOLDEN = 0x9E3779B1
const FIRST_BITS = 4

/** One slot is one position in each. Free where there is no `text`. */
interface Columns {
  /** What finds a token. */
  tails: Int32Array
  /** `Bearer` and the token, as it stands in the header. */
  texts: Array<string | undefined>
  /** What it was verified under. */
  keys: Array<VerificationKey | undefined>
  principals: Array<Principal | undefined>
  /** How often whoever makes room still passes it over: 1 for who came in, 2 for who was used since. */
  chances: Uint8Array
}

export type TokenTable = ReturnType<typeof createTokenTable>

/**
 * A hash table of tokens, by a 32-bit number for each: open addressing, linear probing, a column for each field.
 *
 * Of many tokens each look-up waits for memory, 0.2 µs for every place that is found in another. Here the number
 * alone says where all columns are to be read, so that the processor reads them at once; a Map of objects has
 * twice as many places, one behind the other.
 *
 * Where a number's place is nobody outside knows: whoever can choose among tokens must not be able to crowd them.
 * Slots change with `insert` and `remove`.
 */
export function createTokenTable () {
  let bits = FIRST_BITS
  let columns = emptyColumns(1 << bits)
  let size = 0

  /** Any odd number spreads numbers over a table whose size is a power of two. */
  const spread = randomInt(2 ** 31) * 2 + 1
  const next = (slot: number) => (slot + 1) & ((1 << bits) - 1)
  const distance = (from: number, to: number) => (to - from) & ((1 << bits) - 1)
  const homeOf = (tail: number) => Math.imul(tail, spread) >>> (32 - bits)

  /** Where the tail is, or, if that slot is free, where it belongs. */
  function slotOf (tail: number): number {
    const { texts, tails } = columns
    let slot = homeOf(tail)
    while (texts[slot] !== undefined && tails[slot] !== tail) slot = next(slot)
    return slot
  }

  /**
   * A walk over the table that meets every slot once before it meets one again, and is everywhere at about the same
   * time. Whoever frees slots has to take this way: one behind the other would leave the rest of the table crowded.
   */
  function after (slot: number): number {
    const step = GOLDEN >>> (32 - bits) | 1 // odd, so that it leaves none out
    return (slot + step) & ((1 << bits) - 1)
  }

  /** Adds or replaces the one of that tail. */
  function insert (tail: number, text: string, key: VerificationKey, principal: Principal): void {
    const slot = slotOf(tail)
    if (columns.texts[slot] === undefined) size += 1
    columns.tails[slot] = tail
    columns.texts[slot] = text
    columns.keys[slot] = key
    columns.principals[slot] = principal
    columns.chances[slot] = 1
    // At most four fifths full: beyond that look-ups get long.
    if (size * 5 > 4 << bits) grow()
  }

  function grow (): void {
    const before = columns
    bits += 1
    columns = emptyColumns(1 << bits)
    for (let slot = 0; slot < before.texts.length; slot += 1) {
      if (before.texts[slot] !== undefined) copy(before, slot, columns, slotOf(before.tails[slot] as number))
    }
  }

  /** Frees a slot; another token may stand there afterwards. */
  function remove (slot: number): void {
    size -= 1
    let hole = slot
    // Whoever stands behind the hole because of it moves up, so that no look-up ends too early.
    for (let behind = next(slot); columns.texts[behind] !== undefined; behind = next(behind)) {
      if (distance(homeOf(columns.tails[behind] as number), behind) < distance(hole, behind)) continue
      copy(columns, behind, columns, hole)
      hole = behind
    }
    columns.texts[hole] = columns.keys[hole] = columns.principals[hole] = undefined
  }

  return {
    slotOf,
    after,
    insert,
    remove,
    /** As they are now: `insert` may put others in their place. */
    get columns (): Columns { return columns },
    get size () { return size }
  }
}

function emptyColumns (slots: number): Columns {
  return {
    tails: new Int32Array(slots),
    texts: new Array<undefined>(slots).fill(undefined),
    keys: new Array<undefined>(slots).fill(undefined),
    principals: new Array<undefined>(slots).fill(undefined),
    chances: new Uint8Array(slots)
  }
}

function copy (from: Columns, slot: number, to: Columns, other: number): void {
  to.tails[other] = from.tails[slot] as number
  to.texts[other] = from.texts[slot]
  to.keys[other] = from.keys[slot]
  to.principals[other] = from.principals[slot]
  to.chances[other] = from.chances[slot] as number
}
