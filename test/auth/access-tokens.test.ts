import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { createAccessTokens } from '../../src/auth/access-tokens.js'
import type { VerificationKey } from '../../src/auth/jwk.js'
import type { Principal } from '../../src/auth/principal.js'
import { createTokenCache } from '../../src/auth/token-cache.js'
import type { VerifiedToken } from '../../src/auth/verify-token.js'
import { Problem } from '../../src/errors.js'

// First sight and recognition: the verifier, the keys and the clock in the test's hand.

const key = { kid: 'one' } as VerificationKey

function setUp () {
  const state = { now: 1_000_000, ready: true, holds: true, checks: [] as string[], refuse: false, blocked: false, atOnce: false }
  const cache = createTokenCache({ maxTokens: 100, maxBytes: 100_000 })
  const tokens = createAccessTokens({
    cache,
    now: () => state.now,
    keys: { ready: () => state.ready, holds: () => state.holds },
    verify (token, source) {
      state.checks.push(`${token} from ${source}`)
      return state.atOnce ? outcomeOf(token) : turn().then(() => outcomeOf(token))
    }
  })
  function outcomeOf (token: string): VerifiedToken {
    if (state.refuse) throw new Problem('invalid_token', 'no')
    const principal: Principal = { sub: token, clientId: 'client', actor: 'user', tokenType: 'resource', organizationId: undefined, scopes: ['a', 'b'], audience: ['https://a/'], issuedAt: 0, expiresAt: 2000 }
    return { principal, key, blocked: state.blocked }
  }
  return { state, cache, tokens }
}

await t.test('verified once, recognised afterwards, until exp', async t => {
  const { state, tokens } = setUp()
  t.equal(tokens.recognise('Bearer token'), undefined)
  t.equal((await tokens.principalOf('Bearer token', 'x')).sub, 'token')
  t.equal(tokens.recognise('Bearer token')?.sub, 'token')
  t.equal((await tokens.principalOf('Bearer token', 'y')).sub, 'token')
  t.strictSame(state.checks, ['token from x'])
  state.now = 2_000_000
  t.equal(tokens.recognise('Bearer token'), undefined)
  await tokens.principalOf('Bearer token', 'y')
  t.equal(state.checks.length, 2, 'what comes after exp is for the verifier to say')
})

await t.test('checked at once: a principal without a promise, or an error thrown, and remembered alike', async t => {
  const { state, cache, tokens } = setUp()
  const waiting = tokens.verifyUnknown('Bearer token', 'x')
  state.atOnce = true
  t.equal(tokens.verifyUnknown('Bearer token', 'y'), waiting, 'a check that is under way is waited for')
  await waiting
  t.match(tokens.verifyUnknown('Bearer other', 'x'), { sub: 'other' })
  t.equal(tokens.recognise('Bearer other')?.sub, 'other')
  t.match(tokens.verifyUnknown('BEARER other', 'x'), { sub: 'other' }, 'another spelling')
  state.refuse = true
  for (let time = 0; time < 2; time += 1) t.throws(() => tokens.verifyUnknown('Bearer bad', 'x'), { code: 'invalid_token' })
  for (const [header, code] of [['', 'unauthorized'], ['Bearer', 'invalid_request'], ['Basic x', 'unauthorized']] as const) t.throws(() => tokens.verifyUnknown(header, 'x'), { code })
  Object.assign(state, { refuse: false, blocked: true })
  t.throws(() => tokens.verifyUnknown('Bearer blocked', 'x'), { code: 'client_blocked' })
  t.throws(() => tokens.recognise('Bearer blocked'), { code: 'client_blocked' })
  t.strictSame(state.checks.map(check => check.split(' ')[0]), ['token', 'other', 'bad', 'bad', 'blocked'])
  t.equal(cache.stats().tokens, 3)
})

await t.test('another spelling of a token that was seen costs no check', async t => {
  const { state, tokens } = setUp()
  await tokens.principalOf('Bearer token', 'x')
  for (const spelling of ['bearer token', 'BEARER   token']) {
    t.equal(tokens.recognise(spelling), undefined)
    t.equal((await tokens.verifyUnknown(spelling, 'y')).sub, 'token')
  }
  t.strictSame(state.checks, ['token from x'])
})

await t.test('a hundred simultaneous first sights are one check', async t => {
  const { state, tokens } = setUp()
  const principals = await Promise.all(Array.from({ length: 100 }, (_, number) => tokens.principalOf('Bearer token', `${number}`)))
  t.equal(new Set(principals).size, 1)
  t.equal(state.checks.length, 1)
})

await t.test('tokens that end alike, at once: each is checked, and everybody gets his own', async t => {
  const { state, tokens } = setUp()
  const wanted = ['one-abcdef', 'two-abcdef', 'one-abcdef', 'two-abcdef', 'two-abcdef']
  const ask = (start: string) => Promise.all(wanted.map(token => tokens.principalOf(`Bearer ${start}${token}`, 'x')))
  t.strictSame((await ask('')).map(({ sub }) => sub), wanted)
  t.strictSame(state.checks, ['one-abcdef from x', 'two-abcdef from x'], 'once each, whatever comes between')
  state.refuse = true
  t.strictSame((await Promise.allSettled(wanted.map(token => tokens.principalOf(`Bearer other-${token}`, 'x')))).map(({ status }) => status), wanted.map(() => 'rejected'))
  state.refuse = false
  const before = state.checks.length
  await ask('other-')
  t.equal(state.checks.length, before + 2, 'nobody waits for a check that has ended')
})

await t.test('a refusal reaches all who wait, and is not remembered', async t => {
  const { state, cache, tokens } = setUp()
  state.refuse = true
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => tokens.principalOf('Bearer token', 'x')))
  t.ok(outcomes.every(one => one.status === 'rejected' && one.reason instanceof Problem))
  t.equal(cache.stats().tokens, 0)
  await t.rejects(tokens.principalOf('Bearer token', 'x'), { code: 'invalid_token' })
  t.equal(state.checks.length, 2)
  state.refuse = false
  t.equal((await tokens.principalOf('Bearer token', 'x')).sub, 'token', 'nor does it stand in the way later')
})

await t.test('without keys to rely on nothing remembered counts; with them it does again', async t => {
  const { state, tokens } = setUp()
  await tokens.principalOf('Bearer token', 'x')
  for (let time = 0; time < 2; time += 1) t.equal(tokens.recognise('Bearer token')?.sub, 'token')
  state.ready = false
  t.equal(tokens.recognise('Bearer token'), undefined)
  state.ready = true
  t.equal(tokens.recognise('Bearer token')?.sub, 'token')
})

await t.test('a token whose key was withdrawn during its check is not remembered', async t => {
  const { state, cache, tokens } = setUp()
  state.holds = false
  await tokens.principalOf('Bearer token', 'x')
  t.equal(cache.stats().tokens, 0)
})

await t.test('a good token of a blocked client is checked once, and refused each time', async t => {
  const { state, cache, tokens } = setUp()
  state.blocked = true
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => tokens.principalOf('Bearer token', 'x')))
  t.ok(outcomes.every(one => one.status === 'rejected' && one.reason instanceof Problem && one.reason.code === 'client_blocked'))
  t.throws(() => tokens.recognise('Bearer token'), { code: 'client_blocked' })
  await t.rejects(tokens.principalOf('Bearer token', 'x'), { code: 'client_blocked' })
  t.equal(state.checks.length, 1)
  t.equal(cache.stats().tokens, 1)
  state.blocked = false
  t.equal((await tokens.principalOf('Bearer other', 'x')).sub, 'other')
})
