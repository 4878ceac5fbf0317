import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { VerificationKey } from '../../src/auth/jwk.js'
import type { Principal } from '../../src/auth/principal.js'
import { createTokenTable, type TokenTable } from '../../src/auth/token-table.js'

// The hash table below the token cache: whatever was put in is found, and nothing else.

const principal = (sub: string) => ({ sub }) as Principal
const chances = (text: string) => Number(text) % 3

function insert (table: TokenTable, tail: number, text: string): void {
  table.insert(tail, text, { kid: text } as VerificationKey, principal(text))
  table.setChances(table.slotOf(tail), chances(text))
}

function found (table: TokenTable, tail: number): string | undefined {
  const slot = table.slotOf(tail)
  const text = table.textAt(slot)
  if (text === undefined) return undefined
  const parts = [table.principalAt(slot)?.sub, table.keyAt(slot)?.kid, table.chancesAt(slot)]
  if (parts.join() !== [text, text, chances(text)].join()) throw new Error(`parts of two tokens: ${text}, ${parts}`)
  return text
}

/** Neighbours, equal low bits, extremes: whatever collides. */
const tail = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 12 }).map(number => number << 26), fc.constantFrom(-1, 2 ** 31 - 1, -(2 ** 31)), fc.integer())

await t.test('the model: it answers as a Map does, after any insertions and removals', async () => {
  const step = fc.record({ comes: fc.boolean(), tail })
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), steps => {
    const table = createTokenTable()
    const model = new Map<number, string>()
    for (const [index, { comes, tail }] of steps.entries()) {
      if (comes) {
        insert(table, tail, `${index}`)
        model.set(tail, `${index}`)
      } else if (model.delete(tail)) table.remove(table.slotOf(tail))
      if (table.size !== model.size) throw new Error(`${table.size} instead of ${model.size}`)
    }
    for (const { tail } of steps) if (found(table, tail) !== model.get(tail)) throw new Error(`${tail}: ${found(table, tail)}`)
  }), { numRuns: 2000 })
})

await t.test('fifty thousand come in, every second goes, the others stay', async t => {
  const table = createTokenTable()
  for (let number = 0; number < 50_000; number += 1) insert(table, number * 7919 | 0, `${number}`)
  for (let number = 0; number < 50_000; number += 2) table.remove(table.slotOf(number * 7919 | 0))
  t.equal(table.size, 25_000)
  let wrong = 0
  for (let number = 0; number < 50_000; number += 1) if (found(table, number * 7919 | 0) !== (number % 2 === 0 ? undefined : `${number}`)) wrong += 1
  t.equal(wrong, 0)
})

await t.test('a free slot keeps nothing of who stood there', async t => {
  const table = createTokenTable()
  insert(table, 1, '1')
  table.remove(table.slotOf(1))
  for (const part of [table.textAt, table.keyAt, table.principalAt]) t.ok(slotsOf(table).every(slot => part(slot) === undefined))
})

await t.test('a walk meets every slot once before it meets one again', async t => {
  const table = createTokenTable()
  for (let number = 0; number < 3000; number += 1) {
    insert(table, number, `${number}`)
    if (number % 500 !== 0) continue
    const met = new Set<number>()
    for (let slot = table.after(0); !met.has(slot); slot = table.after(slot)) met.add(slot)
    t.equal(met.size, table.slots)
  }
})

await t.test('full, and one goes for each that comes: the others do not crowd, so that no look-up gets long', async t => {
  const table = createTokenTable()
  const FULL = 10_000
  let hand = 0
  let longest = 0
  for (let number = 0; number < 5 * FULL; number += 1) {
    if (number >= FULL) {
      do hand = table.after(hand); while (table.textAt(hand) === undefined)
      table.remove(hand)
    }
    let tail: number
    do tail = randomInt(2 ** 32) | 0; while (found(table, tail) !== undefined)
    insert(table, tail, `${number}`)
    if (number % (FULL / 10) === 0) longest = Math.max(longest, longestRun(table))
  }
  t.equal(table.size, FULL)
  // Of ten thousand at random in 16,384 slots; freed one behind the other they would stand in runs of thousands.
  t.ok(longest < 300, `${longest} in a row`)
})

function slotsOf (table: TokenTable): number[] {
  return Array.from({ length: table.slots }, (_, slot) => slot)
}

function longestRun (table: TokenTable): number {
  let [run, longest] = [0, 0]
  for (const slot of slotsOf(table)) {
    run = table.textAt(slot) === undefined ? 0 : run + 1
    longest = Math.max(longest, run)
  }
  return longest
}
