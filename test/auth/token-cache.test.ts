import fc from 'fast-check'
import t from 'tap'
import type { VerificationKey } from '../../src/auth/jwk.js'
import type { Principal } from '../../src/auth/principal.js'
import { createTokenCache, tailOf } from '../../src/auth/token-cache.js'

// What is remembered of verified tokens, and for how long: the cache alone, with the time given.

const key = { kid: 'one' } as VerificationKey
const otherKey = { kid: 'two' } as VerificationKey
const principal = (sub: string, expiresAt = 2000) => ({ sub, expiresAt, scopes: [] as readonly string[], audience: ['https://a/'] as readonly string[] }) as Principal
const wide = { maxTokens: 1000, maxBytes: 1_000_000 }
const tail = 'last-12-char'

await t.test('a token is known after it was set, and only as a whole', async t => {
  const cache = createTokenCache(wide)
  const token = `header.payload.signature-${tail}`
  t.equal(cache.get(token, 1000), undefined)
  cache.set(token, principal('alice'), key)
  t.equal(cache.get(token, 1000)?.sub, 'alice')
  for (const other of [`Header.payload.signature-${tail}`, `xheader.payload.signature-${tail}`, token.slice(1), tail, '', `${token}x`, token.slice(0, -1), `header.payload.Signature-${tail}`]) {
    t.equal(cache.get(other, 1000), undefined, `"${other}"`)
  }
  t.equal(cache.get(`Bearer ${token}`.slice(7), 1000)?.sub, 'alice', 'equal text, another string')
})

await t.test('two tokens with the same end are never taken for each other', async t => {
  const cache = createTokenCache(wide)
  cache.set(`aaa.${tail}`, principal('alice'), key)
  t.equal(cache.get(`aaa.${tail}`, 1000)?.sub, 'alice')
  t.equal(cache.get(`bbb.${tail}`, 1000), undefined, 'right after the other was found')
  cache.set(`bbb.${tail}`, principal('bob'), key)
  t.equal(cache.get(`aaa.${tail}`, 1000), undefined, 'the later one has its place')
  t.equal(cache.get(`bbb.${tail}`, 1000)?.sub, 'bob')
  t.equal(cache.stats().tokens, 1)
})

await t.test('a token ends at its exp, to the second, and leaves', async t => {
  const cache = createTokenCache(wide)
  cache.set('token', principal('alice', 2000), key)
  t.equal(cache.get('token', 1999.999)?.sub, 'alice')
  t.equal(cache.get('token', 2000), undefined, 'no leeway here')
  t.match(cache.stats(), { tokens: 0, bytes: 0, expirations: 1 })
  t.equal(cache.get('token', 1000), undefined, 'and does not come back with the clock')
})

await t.test('a key takes its tokens with it', async t => {
  const cache = createTokenCache(wide)
  for (let number = 0; number < 10; number += 1) cache.set(`token-${number}`, principal(`${number}`), number % 2 === 0 ? key : otherKey)
  cache.dropKey(key)
  for (let number = 0; number < 10; number += 1) t.equal(cache.get(`token-${number}`, 1000)?.sub, number % 2 === 0 ? undefined : `${number}`)
  t.match(cache.stats(), { tokens: 5, dropped: 5 })
  cache.dropKey({ ...otherKey })
  t.equal(cache.stats().tokens, 5, 'a key is this very key, not its name')
})

await t.test('bounded by count: who is used stays, who is not makes room', async t => {
  const cache = createTokenCache({ maxTokens: 10, maxBytes: 1_000_000 })
  cache.set('used-token-000', principal('alice'), key)
  for (let number = 0; number < 1000; number += 1) {
    cache.set(`token-number-${number}`, principal('x'), key)
    t.ok(cache.stats().tokens <= 10)
    t.equal(cache.get('used-token-000', 1000)?.sub, 'alice', `after ${number}`)
  }
  t.match(cache.stats(), { tokens: 10, evictions: 991 })
  const known = Array.from({ length: 1000 }, (_, number) => number).filter(number => cache.get(`token-number-${number}`, 1000))
  t.equal(known.length, 9, 'nine of the others')
  t.ok(known.every(number => number >= 960), `that came in lately: ${known.join()}`)
  t.ok(known.includes(999), 'the last one among them')
})

await t.test('what was found last stays known while the table grows, and goes with its place', async t => {
  const cache = createTokenCache({ maxTokens: 100, maxBytes: 1_000_000 })
  cache.set('found-last', principal('alice'), key)
  t.equal(cache.get('found-last', 1000)?.sub, 'alice')
  for (let number = 0; number < 99; number += 1) cache.set(`newcomer-${number}`, principal('x'), key)
  t.equal(cache.get('found-last', 1000)?.sub, 'alice')
  t.match(cache.stats(), { hits: 2, tokens: 100, evictions: 0 })
  // Nobody asks for it: of a thousand newcomers one takes its place.
  for (let number = 0; number < 1000; number += 1) cache.set(`another-${number}`, principal('x'), key)
  t.equal(cache.get('found-last', 1000), undefined)
})

await t.test('bounded by count: tokens in use stay wherever they stand, however many newcomers come', async t => {
  const names = Array.from({ length: 10 }, (_, number) => `used-token-${number}`)
  let lost = 0
  // Where a token stands is different in each table.
  for (let table = 0; table < 100; table += 1) {
    const cache = createTokenCache({ maxTokens: 100, maxBytes: 1_000_000 })
    for (const name of names) cache.set(name, principal('alice'), key)
    for (let number = 0; number < 1000; number += 1) {
      cache.set(`newcomer-${number}`, principal('x'), key)
      lost += names.filter(name => cache.get(name, 1000) === undefined).length
    }
    t.equal(cache.stats().evictions, 910)
  }
  t.equal(lost, 0)
})

await t.test('a full cache of tokens in use: a newcomer costs a few steps, not a round', async t => {
  const cache = createTokenCache({ maxTokens: 50_000, maxBytes: 1e9 })
  const name = (number: number) => `h.p.signature-number-${number}`
  for (let number = 0; number < 50_000; number += 1) cache.set(name(number), principal('x'), key)
  for (let number = 0; number < 50_000; number += 1) cache.get(name(number), 1000)
  cache.set(name(50_000), principal('new'), key)
  t.match(cache.stats(), { tokens: 50_000, evictions: 1 })
  t.equal(cache.get(name(50_000), 1000)?.sub, 'new')
  const gone = Array.from({ length: 50_000 }, (_, number) => number).filter(number => !cache.get(name(number), 1000))
  t.equal(gone.length, 1, 'one had to go')
})

await t.test('bounded by bytes: few long tokens fill it like many short ones', async t => {
  const cache = createTokenCache({ maxTokens: 1000, maxBytes: 100_000 })
  for (let number = 0; number < 100; number += 1) cache.set(`h.${'x'.repeat(8000)}.${number}`, principal('x'), key)
  const { tokens, bytes } = cache.stats()
  t.ok(bytes <= 100_000 && tokens >= 11 && tokens <= 12, `${tokens} tokens, ${bytes} bytes`)
  cache.set(`h.${'x'.repeat(200_000)}.s`, principal('x'), key)
  t.ok(cache.stats().bytes <= 100_000, 'one that is larger than all of it')
})

await t.test('bounded by bytes: what a token says counts as well as its text', async t => {
  const cache = createTokenCache({ maxTokens: 1000, maxBytes: 100_000 })
  const scopes = Array.from({ length: 1016 }, (_, number) => `scope-${number}`)
  for (let number = 0; number < 10; number += 1) cache.set(`token-${number}`, { ...principal('alice'), scopes } as Principal, key)
  t.match(cache.stats(), { tokens: 2, evictions: 8 }, '40 kB for a thousand scopes')
  for (const [name, more] of Object.entries({ sub: { sub: 'x'.repeat(30_000) }, organization: { organizationId: 'x'.repeat(30_000) } })) {
    for (let number = 0; number < 10; number += 1) cache.set(`token-${name}-${number}`, { ...principal('alice'), ...more } as Principal, key)
    t.equal(cache.stats().tokens, 3, name)
  }
  cache.dropKey(key)
  t.match(cache.stats(), { tokens: 0, bytes: 0 })
})

await t.test('the model: whatever is done, it answers as a plain table would, or not at all', async () => {
  const tokens = ['a.same-ending-1', 'b.same-ending-1', 'c', 'd.other-ending', 'e.other-endinG', 'ff']
  const step = fc.oneof(
    fc.record({ do: fc.constant('set' as const), token: fc.constantFrom(...tokens), exp: fc.integer({ min: 0, max: 40 }), first: fc.boolean() }),
    fc.record({ do: fc.constant('get' as const), token: fc.constantFrom(...tokens) }),
    fc.record({ do: fc.constant('drop' as const), first: fc.boolean() }),
    fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 5 }) })
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), steps => {
    const cache = createTokenCache({ maxTokens: 3, maxBytes: 3000 })
    const model = new Map<string, { principal: Principal, key: VerificationKey }>()
    let now = 0
    for (const one of steps) {
      if (one.do === 'wait') now += one.seconds
      if (one.do === 'set') {
        const entry = { principal: principal(`${Math.random()}`, one.exp), key: one.first ? key : otherKey }
        for (const other of model.keys()) if (tailOf(other) === tailOf(one.token)) model.delete(other) // it takes that one's place
        model.set(one.token, entry)
        cache.set(one.token, entry.principal, entry.key)
      }
      if (one.do === 'drop') {
        cache.dropKey(one.first ? key : otherKey)
        for (const [token, entry] of model) if (entry.key === (one.first ? key : otherKey)) model.delete(token)
      }
      if (one.do === 'get') {
        const found = cache.get(one.token, now)
        const due = model.get(one.token)
        if (found !== undefined && (found !== due?.principal || now >= found.expiresAt)) throw new Error('an answer that nobody gave')
      }
      const { tokens: count, bytes } = cache.stats()
      if (count > 3 || bytes > 3000 || bytes < 0 || (count === 0) !== (bytes === 0)) throw new Error(`out of bounds: ${count} tokens, ${bytes} bytes`)
    }
  }), { numRuns: 3000 })
})
