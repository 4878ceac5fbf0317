import { mock } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { readKeySet, type VerificationKey } from '../../src/auth/jwk.js'
import { supportedAlgorithms, type JwsHeader } from '../../src/auth/jws.js'
import type { KeySource } from '../../src/auth/key-source.js'
import { createKeyStore } from '../../src/auth/key-store.js'
import { createSigningKey } from '../kit/keys.js'

// When keys are fetched: with a source that counts and a clock that stands still until it is set.

const pair = { one: createSigningKey('ES384', { kid: 'one' }), two: createSigningKey('ES384', { kid: 'two' }) }
const minute = 60_000
const hour = 60 * minute
const header = (kid: string): JwsHeader => ({ alg: 'ES384', kid })

/** A key store, its source in the hand of the test. */
function setUp (random = () => 0.5) {
  const state = { now: 1_000_000, kids: ['one'] as string[], twice: [] as string[], down: false, all: 0, probes: [] as string[], failures: 0, closed: false, withdrawn: [] as string[], exchange: false }
  const set = (): Map<string, VerificationKey> => readKeySet([
    ...state.kids.map(kid => ({ ...(state.exchange ? pair.two : pair.one).jwk, kid })), ...state.twice.flatMap(kid => [{ ...pair.one.jwk, kid }, { ...pair.two.jwk, kid }])
  ], supportedAlgorithms)
  const source: KeySource = {
    readAll: async () => {
      state.all += 1
      await turn()
      if (state.down) throw new Error('down')
      return set()
    },
    publishes: async ({ kid }) => {
      state.probes.push(kid)
      await turn()
      if (state.down) throw new Error('down')
      return [...state.kids, ...state.twice].includes(kid)
    },
    close: async () => { state.closed = true }
  }
  const store = createKeyStore({ source, now: () => state.now, random, onFailure: () => { state.failures += 1 }, onWithdrawn: key => { state.withdrawn.push(key.kid) } })
  t.teardown(() => store.close())
  return { state, store, fetches: () => state.all + state.probes.length, kidOf: async (kid: string) => (await store.find(header(kid)))?.kid }
}

await t.test('a hundred first requests at once are one fetch', async t => {
  const { store, fetches, kidOf } = setUp()
  t.notOk(store.ready())
  t.strictSame(new Set(await Promise.all(Array.from({ length: 100 }, () => kidOf('one')))), new Set(['one']))
  t.equal(fetches(), 1)
  t.ok(store.ready())
  const ahead = setUp()
  const starting = ahead.store.start()
  await Promise.all(Array.from({ length: 100 }, () => ahead.kidOf('one')))
  await starting
  t.equal(ahead.fetches(), 1, 'requests join the fetch at start')
  await Promise.all([ahead.store.start(), ahead.store.start()])
  t.equal(ahead.fetches(), 2, 'so does another refresh')
})

await t.test('a known key never causes a fetch', async t => {
  const { store, state, fetches, kidOf } = setUp()
  await store.start()
  for (let time = 0; time < 50; time += 1) t.equal(await kidOf('one'), 'one')
  state.now += 23 * hour
  t.equal(await kidOf('one'), 'one')
  t.equal(fetches(), 1)
})

await t.test('a thousand made-up kids: one fetch per cooldown, the good key untouched', async t => {
  const { store, state, fetches, kidOf } = setUp()
  await store.start()
  for (let number = 0; number < 1000; number += 1) {
    if (await kidOf(`made-up-${number}`) !== undefined || await kidOf('one') !== 'one') t.fail(`number ${number}`)
  }
  t.equal(fetches(), 2, 'one at start, one for all of them')
  state.now += 29_999
  await kidOf('x')
  t.equal(fetches(), 2, 'just before the cooldown ends')
  for (let turn = 1; turn <= 5; turn += 1) {
    state.now += 30_000
    await Promise.all(Array.from({ length: 100 }, (_, number) => kidOf(`again-${turn}-${number}`)))
    t.equal(fetches(), 2 + turn, `cooldown ${turn}`)
  }
})

await t.test('while one fetch is under way a thousand look-ups wait for it, not more', async t => {
  const { store, fetches, kidOf } = setUp()
  const all = await Promise.allSettled(Array.from({ length: 1501 }, () => kidOf('one')))
  t.equal(all.filter(one => one.status === 'fulfilled' && one.value === 'one').length, 1001, 'the one that fetches, and those who wait')
  t.match(all.at(-1), { status: 'rejected', reason: { code: 'overloaded', retryAfter: 1 } })
  t.equal(fetches(), 1)
  t.strictSame(new Set(await Promise.all(Array.from({ length: 1501 }, () => kidOf('one')))), new Set(['one']), 'a known key waits for nothing')
  t.ok(store.ready())
})

await t.test('probes that fail do not put off the refresh', async t => {
  const { state, store, kidOf } = setUp()
  await store.start()
  state.now += 10 * minute - 1
  state.down = true
  await kidOf('made-up')
  t.strictSame(state.probes, ['made-up'])
  state.down = false
  state.kids = ['two']
  // The refresh is due 1 ms later, by the real clock: not 30 s.
  await new Promise(resolve => setTimeout(resolve, 20))
  await turn()
  t.equal(state.all, 2)
  t.strictSame(state.withdrawn, ['one'])
})

await t.test('the same for a kid that the issuer publishes twice, so that it can not be used', async t => {
  const { store, state, fetches, kidOf } = setUp()
  state.twice = ['double']
  await store.start()
  t.equal(await kidOf('one'), 'one')
  for (let number = 0; number < 100; number += 1) t.equal(await kidOf('double'), undefined)
  t.ok(fetches() <= 3, `${fetches()} fetches`)
})

await t.test('rotation: a new key is found at once, and soon also amid a flood', async t => {
  const { store, state, fetches, kidOf } = setUp()
  await store.start()
  state.kids = ['one', 'two']
  t.equal(await kidOf('two'), 'two')
  t.strictSame([state.all, state.probes], [2, ['two']])
  t.equal(await kidOf('one'), 'one')
  await kidOf('made-up')
  state.kids = ['one', 'two', 'three']
  t.equal(await kidOf('three'), undefined, 'the cooldown holds for it, too')
  state.now += 30_000
  await kidOf('made-up')
  t.equal(await kidOf('three'), 'three', 'the flood\'s own fetch has brought it')
  t.equal(fetches(), 5)
})

await t.test('regular refresh: after 10 min ± 10 %, whether anyone asks or not; withdrawn keys are gone', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => { mock.timers.reset() })
  for (const [random, due] of [[0, 9 * minute], [0.5, 10 * minute], [0.9999999, 11 * minute]] as const) {
    const { store, state, fetches, kidOf } = setUp(() => random)
    const pass = async (time: number) => {
      state.now += time
      mock.timers.tick(time)
      await turn(); await turn(); await turn()
    }
    state.kids = ['one', 'two']
    await store.start()
    state.kids = ['two']
    await pass(due - 100)
    t.equal(fetches(), 1, `not before ${due} ms`)
    t.equal(await kidOf('one'), 'one')
    await pass(200)
    t.equal(fetches(), 2, `after ${due} ms`)
    t.equal(await kidOf('two'), 'two')
    t.equal(await kidOf('one'), undefined, 'withdrawn')
    await store.close()
    const { all } = state
    await pass(hour)
    t.equal(state.all, all, 'none after the end')
    t.ok(state.closed)
  }
})

await t.test('a key that stays is the same key after a refresh; one that goes, or is another under its name, is reported', async t => {
  const { store, state } = setUp()
  state.kids = ['one', 'two']
  await store.start()
  const [one, two] = [await store.find(header('one')), await store.find(header('two'))] as [VerificationKey, VerificationKey]
  t.ok(store.holds(one) && store.holds(two))
  await store.start()
  t.equal(await store.find(header('one')), one)
  t.strictSame(state.withdrawn, [])
  state.kids = ['one']
  await store.start()
  t.strictSame(state.withdrawn, ['two'])
  t.ok(store.holds(one) && !store.holds(two))
  state.exchange = true
  await store.start()
  t.strictSame(state.withdrawn, ['two', 'one'], 'the name alone does not make it the same')
  t.notOk(store.holds(one))
  t.ok(store.holds(await store.find(header('one')) as VerificationKey))
  state.down = true
  await store.start()
  t.strictSame(state.withdrawn, ['two', 'one'], 'an outage withdraws nothing')
  state.now += 24 * hour
  t.notOk(store.holds(await store.find(header('one')).catch(() => one) as VerificationKey), 'too old to rely on')
})

await t.test('what happens is counted', async t => {
  const { store, state, kidOf } = setUp()
  await store.start()
  t.match(store.stats(), { fetches: 1, failures: 0, unknownKids: 0, cooldowns: 0, withdrawals: 0, keys: 1, ageMs: 0 })
  for (const kid of ['a', 'b', 'c']) await kidOf(kid)
  state.down = true
  state.now += 30_000
  await kidOf('d')
  t.match(store.stats(), { fetches: 3, failures: 1, unknownKids: 4, cooldowns: 2, ageMs: 30_000 })
})

await t.test('closed amid a fetch: no further one is planned', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => { mock.timers.reset() })
  for (const down of [false, true]) {
    const { store, state } = setUp()
    state.down = down
    const flight = store.start()
    await store.close()
    await flight
    mock.timers.tick(hour)
    await turn()
    t.equal(state.all, 1)
  }
})

await t.test('outage: known keys serve for 24 h since the last success, not longer; then 503; then it recovers', async t => {
  const { store, state, kidOf } = setUp()
  await store.start()
  state.down = true
  state.now += 24 * hour - 1
  t.equal(await kidOf('one'), 'one')
  t.ok(store.ready())
  t.equal(await kidOf('unknown'), undefined, 'keys are known, this one is not')
  t.equal(state.failures, 1)
  state.now += 1
  t.notOk(store.ready())
  await t.rejects(store.find(header('one')), { code: 'keys_unavailable', retryAfter: 30 })
  state.now += 30_000
  await t.rejects(store.find(header('one')), { code: 'keys_unavailable' })
  state.down = false
  state.now += 5_000
  t.equal(await kidOf('one'), 'one')
})

await t.test('cold start during an outage: 503 with a number of seconds, few fetches, tries slow down', async t => {
  const { store, state, fetches } = setUp()
  state.down = true
  await store.start()
  t.equal(state.failures, 1, 'start does not reject')
  for (const [pause, retryAfter] of [[1000, 2], [2000, 4], [4000, 5], [5000, 5]] as const) {
    for (let number = 0; number < 100; number += 1) await store.find(header('one')).then(() => t.fail('a key?'), () => {})
    state.now += pause - 1
    const before = fetches()
    await t.rejects(store.find(header('one')), { code: 'keys_unavailable', retryAfter: 1 })
    t.equal(fetches(), before, 'a try only when it is due')
    state.now += 1
    await t.rejects(store.find(header('one')), { code: 'keys_unavailable', retryAfter })
    t.equal(fetches(), before + 1)
  }
  state.down = false
  state.now += 5000
  t.equal((await store.find(header('one')))?.kid, 'one')
})

await t.test('a set of unusable keys only is like none', async t => {
  const { store, state } = setUp()
  state.kids = []
  state.twice = ['one']
  await store.start()
  t.notOk(store.ready())
  await t.rejects(store.find(header('one')), { code: 'keys_unavailable' })
})

await t.test('the same, after a good one: nothing is left to rely on', async t => {
  const { store, state } = setUp()
  await store.start()
  t.ok(store.ready())
  state.kids = []
  await store.start()
  t.notOk(store.ready())
  await t.rejects(store.find(header('one')), { code: 'keys_unavailable' })
})
