import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createCheckQueue, type CheckQueueOptions } from '../../src/auth/check-queue.js'

// Whose signature is checked when, with checks that end when the test says so.

type Ending = { valid: boolean } | { error: Error }

/** A queue whose checks are named and wait for the test. */
function setUp (options: CheckQueueOptions) {
  const queue = createCheckQueue(options)
  const started: string[] = []
  const endings = new Map<string, (ending: Ending) => void>()
  return {
    queue,
    started,
    async ask (source: string, name: string, check: { cost?: number, runHere?: () => boolean } = {}): Promise<unknown> {
      try {
        return await queue.run(source, {
          cost: 1,
          ...check,
          run: done => {
            started.push(name)
            endings.set(name, ending => 'error' in ending ? done(ending.error, false) : done(null, ending.valid))
          }
        })
      } catch (error) {
        return error
      }
    },
    async end (name: string, ending: Ending = { valid: true }) {
      const once = endings.get(name)
      endings.delete(name)
      once?.(ending)
      await turn()
    }
  }
}

await t.test('no more at once than allowed; each gets its own result', async t => {
  const { queue, started, ask, end } = setUp({ maxRunning: 2 })
  const results = ['a', 'b', 'c', 'd'].map(name => ask('source', name))
  t.strictSame(started, ['a', 'b'])
  t.match(queue.stats(), { running: 2, waiting: 2 })
  await end('b')
  t.strictSame(started, ['a', 'b', 'c'], 'first come, first served')
  await end('c', { valid: false })
  await end('a', { error: new Error('broken') })
  t.strictSame(started, ['a', 'b', 'c', 'd'])
  await end('d')
  t.match(await Promise.all(results), [{ message: 'broken' }, true, false, true])
  t.match(queue.stats(), { running: 0, waiting: 0, checks: 3, badSignatures: 1, refused: 0 })
})

await t.test('sources take turns: a flood from one does not delay another', async t => {
  const { started, ask, end } = setUp({ maxRunning: 1 })
  for (let number = 0; number < 100; number += 1) void ask('flood', `flood-${number}`)
  void ask('alice', 'alice-1')
  void ask('alice', 'alice-2')
  void ask('bob', 'bob-1')
  for (const name of ['flood-0', 'flood-1', 'alice-1', 'bob-1', 'flood-2', 'alice-2', 'flood-3']) {
    t.equal(started.at(-1), name)
    await end(name)
  }
  t.equal(started.at(-1), 'flood-4', 'one that waits alone has all turns')
})

await t.test('bad signatures halve how many run at once, good ones raise it again', async t => {
  const { queue, ask, end } = setUp({ maxRunning: 4 })
  for (let number = 0; number < 40; number += 1) void ask('source', `${number}`)
  t.equal(queue.stats().running, 4)
  await end('0', { valid: false })
  t.match(queue.stats(), { limit: 2, running: 3 }, 'those that run are not broken off')
  await end('1', { valid: false })
  await end('2', { valid: false })
  t.match(queue.stats(), { limit: 1, running: 1 })
  for (let number = 3; number < 10; number += 1) {
    await end(`${number}`, { valid: false })
    t.match(queue.stats(), { limit: 1, running: 1 }, 'never less than one')
  }
  for (const [number, limit] of [[10, 2], [11, 3], [12, 4], [13, 4]] as const) {
    await end(`${number}`)
    t.match(queue.stats(), { limit, running: limit })
  }
  await end('14', { error: new Error('says nothing about the signature') })
  t.match(queue.stats(), { limit: 4, running: 4 })
})

await t.test('when too many wait, the newest of whoever has the most is refused', async t => {
  const { queue, started, ask, end } = setUp({ maxRunning: 1, maxWaiting: 10 })
  const flood = Array.from({ length: 20 }, (_, number) => ask('flood', `flood-${number}`))
  const alice = ask('alice', 'alice')
  const refused = (await Promise.all([...flood.slice(10), Promise.resolve()])).slice(0, -1)
  t.match(refused, Array(10).fill({ code: 'overloaded', statusCode: 503, retryAfter: 1 }))
  t.match(queue.stats(), { waiting: 10, refused: 10 })
  for (const name of ['flood-0', 'flood-1', 'alice']) await end(name)
  t.equal(await alice, true, 'the newcomer was not among them')
  while (queue.stats().running > 0) await end(started.at(-1) ?? '')
  t.strictSame(await Promise.all(flood.slice(0, 10)), [...Array(9).fill(true), await flood[9]], 'nor those who came before')
})

await t.test('many sources at the bound: still bounded, and every one is answered', async t => {
  const { queue, started, ask, end } = setUp({ maxRunning: 1, maxWaiting: 10 })
  const all = Array.from({ length: 50 }, (_, number) => ask(`source-${number}`, `${number}`))
  t.match(queue.stats(), { waiting: 10, running: 1, refused: 39 })
  t.strictSame(started, ['0'])
  await end('0')
  t.strictSame(started, ['0', '1'], 'those who came first have kept their turn')
  while (queue.stats().running > 0) await end(started.at(-1) ?? '')
  const results = await Promise.all(all)
  t.equal(results.filter(result => result === true).length, 11)
  t.match(queue.stats(), { waiting: 0, running: 0 })
})

await t.test('cheap checks: as many at once as cost the same, one at a time among bad ones', async t => {
  const { queue, started, ask, end } = setUp({ maxRunning: 2 })
  const cheap = { cost: 1 / 8 }
  for (let number = 0; number < 40; number += 1) void ask('source', `${number}`, cheap)
  t.equal(started.length, 16)
  for (let number = 0; number < 20; number += 1) await end(`${number}`, { valid: false })
  t.match(queue.stats(), { limit: 1 / 8, running: 1 / 8 })
  void ask('other', 'dear')
  for (let number = 20; number < 40 && !started.includes('dear'); number += 1) await end(`${number}`, { valid: false })
  t.equal(started.at(-1), 'dear', 'a dear one starts when it is alone')
  await end('dear')
  t.match(queue.stats(), { limit: 1 + 1 / 8 })
  while (queue.stats().running > 0) for (const name of started) await end(name)
  t.match(queue.stats(), { running: 0, waiting: 0, limit: 2 }, 'nothing is left of fractions')
})

/** Wherever in a turn of the event loop it begins, another one has begun when it ends. */
async function wholeTurn (): Promise<void> {
  await turn()
  await turn()
}

await t.test('on the event loop: while none runs, one in each of its turns', async t => {
  const { queue, started, ask, end } = setUp({ maxRunning: 2 })
  const here = (valid: boolean) => ({ cost: 1 / 8, runHere: () => valid })
  t.strictSame(await Promise.all([ask('a', 'here', here(true)), ask('a', 'there', here(true)), end('there')]), [true, true, undefined])
  t.strictSame(started, ['there'], 'the second of a turn goes to the thread pool')
  await wholeTurn()
  t.equal(await ask('a', 'next turn', here(false)), false)
  t.match(queue.stats(), { checks: 3, badSignatures: 1, running: 0, limit: 1 })
  await turn()
  void ask('a', 'dear')
  void ask('a', 'beside another', here(true))
  t.strictSame(started, ['there', 'dear'], 'not here while another runs')
  await end('dear')
  t.strictSame(started, ['there', 'dear', 'beside another'])
  await end('beside another')
  const atOnce = (runHere: () => boolean) => queue.run('a', { cost: 1 / 8, runHere, run: () => { started.push('handed over') } })
  t.throws(() => atOnce(() => { throw new Error('broken') }), { message: 'broken' }, 'thrown, not rejected with')
  await wholeTurn()
  t.equal(atOnce(() => true), true, 'no promise')
  t.notOk(started.includes('handed over'))
  t.match(queue.stats(), { running: 0, waiting: 0 })
})
