import { randomInt } from 'node:crypto'
import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'

/** 2^32 divided by the golden ratio. */
const GOLDEN = 0x9E3779B1
const FIRST_BITS = 4

/** A slot has two places next to each other in the first two. Free where there is no text. */
interface Columns {
  /** What finds a token; how often whoever makes room still passes it over. */
  numbers: Int32Array
  /** `Bearer` and the token, as it stands in the header; its principal. */
  entries: Array<string | Principal | undefined>
  /** What it was verified under. */
  keys: Array<VerificationKey | undefined>
}

export type TokenTable = ReturnType<typeof createTokenTable>

/**
 * A hash table of tokens, by a 32-bit number for each: open addressing, linear probing, what belongs to a slot in columns.
 *
 * Of many tokens each look-up waits for memory, 0.2 µs for every place that is found in another. Here the number
 * alone says where all is to be read, so that the processor reads it at once; a Map of objects has
 * twice as many places, one behind the other. What a look-up reads together lies together: V8 also moves a text
 * and a principal together that stand side by side in an array.
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

  const textAt = (slot: number) => columns.entries[2 * slot] as string | undefined
  const principalAt = (slot: number) => columns.entries[2 * slot + 1] as Principal | undefined
  const tailAt = (slot: number) => columns.numbers[2 * slot] as number
  const chancesAt = (slot: number) => columns.numbers[2 * slot + 1] as number
  const setChances = (slot: number, chances: number) => { columns.numbers[2 * slot + 1] = chances }

  /** Where the tail is, or, if that slot is free, where it belongs. */
  function slotOf (tail: number): number {
    let slot = homeOf(tail)
    while (textAt(slot) !== undefined && tailAt(slot) !== tail) slot = next(slot)
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
    if (textAt(slot) === undefined) size += 1
    columns.numbers[2 * slot] = tail
    columns.entries[2 * slot] = text
    columns.entries[2 * slot + 1] = principal
    columns.keys[slot] = key
    setChances(slot, 1)
    // At most four fifths full: beyond that look-ups get long.
    if (size * 5 > 4 << bits) grow()
  }

  function grow (): void {
    const before = columns
    bits += 1
    columns = emptyColumns(1 << bits)
    for (const slot of before.keys.keys()) {
      if (before.keys[slot] !== undefined) copy(before, slot, columns, slotOf(before.numbers[2 * slot] as number))
    }
  }

  /** Frees a slot; another token may stand there afterwards. */
  function remove (slot: number): void {
    size -= 1
    let hole = slot
    // Whoever stands behind the hole because of it moves up, so that no look-up ends too early.
    for (let behind = next(slot); textAt(behind) !== undefined; behind = next(behind)) {
      if (distance(homeOf(tailAt(behind)), behind) < distance(hole, behind)) continue
      copy(columns, behind, columns, hole)
      hole = behind
    }
    columns.entries[2 * hole] = columns.entries[2 * hole + 1] = columns.keys[hole] = undefined
  }

  return {
    slotOf,
    after,
    insert,
    remove,
    textAt,
    principalAt,
    /** How often whoever makes room still passes it over: 1 for who came in, 2 for who was used since. */
    chancesAt,
    setChances,
    keyAt: (slot: number) => columns.keys[slot],
    get slots () { return columns.keys.length },
    get size () { return size }
  }
}

function emptyColumns (slots: number): Columns {
  return {
    numbers: new Int32Array(2 * slots),
    entries: new Array<undefined>(2 * slots).fill(undefined),
    keys: new Array<undefined>(slots).fill(undefined)
  }
}

function copy (from: Columns, slot: number, to: Columns, other: number): void {
  to.numbers[2 * other] = from.numbers[2 * slot] as number
  to.numbers[2 * other + 1] = from.numbers[2 * slot + 1] as number
  to.entries[2 * other] = from.entries[2 * slot]
  to.entries[2 * other + 1] = from.entries[2 * slot + 1]
  to.keys[other] = from.keys[slot]
}
