import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { loadConfig } from '../../src/config/index.js'
import { packageRoot } from '../../src/root.js'
import { LogtoError } from '../../src/logto/error.js'
import { differenceInWords, differences, isNearMiss } from '../../src/logto/doctor/addresses.js'
import { fail, pass, skip, together, warn, type Check, type CheckResult, type Finding } from '../../src/logto/doctor/check.js'
import { leastSkew } from '../../src/logto/doctor/checks/clock.js'
import { tooMuch } from '../../src/logto/doctor/checks/consent.js'
import { areRelated } from '../../src/logto/doctor/checks/manifest.js'
import { allChecks } from '../../src/logto/doctor/checks/index.js'
import { doctor } from '../../src/logto/doctor/index.js'
import { jsonReport, textReport } from '../../src/logto/doctor/report.js'
import { runChecks } from '../../src/logto/doctor/run.js'
import { listed, speakable } from '../../src/logto/words.js'
import { createWorld } from '../../src/logto/doctor/world.js'

// The doctor's parts: in which order checks run and what skips them, how addresses are compared,
// clocks and domains judged, and what the report looks like.

const check = (id: string, run: Check['run'], needs: string[] = []): Check => ({ id, title: id.toUpperCase(), needs, run })

await t.test('runner: a failed need skips, and says which; a warning and a skip of its own do not', async t => {
  let ran = 0
  const results = await runChecks([
    check('good', () => pass('fine')),
    check('odd', () => warn('hm', 'look')),
    check('none', () => skip('nothing to see')),
    check('bad', () => fail('broken', 'mend it')),
    check('after-all', () => pass('fine'), ['good', 'odd', 'none']),
    check('after-bad', () => { ran += 1; return pass('no') }, ['good', 'bad']),
    check('after-skipped', () => { ran += 1; return pass('no') }, ['after-bad', 'bad'])
  ])
  t.strictSame(results.map(({ id, status }) => `${id} ${status}`), ['good pass', 'odd warn', 'none skip', 'bad fail', 'after-all pass', 'after-bad skip', 'after-skipped skip'])
  t.match(results[5]?.detail, 'Not checked, because it needs bad.')
  t.match(results[6]?.detail, 'it needs after-bad and bad.')
  t.equal(ran, 0)
  t.strictSame(results[3], { id: 'bad', title: 'BAD', status: 'fail', detail: 'broken', remedy: 'mend it' })
})

await t.test('runner: what a check throws is its finding', async t => {
  const thrown = (error: unknown) => runChecks([check('x', () => Promise.reject(error)), check('y', () => { throw error })])
  for (const result of await thrown(new TypeError('x is not a function'))) t.match(result, { status: 'fail', detail: /x is not a function/, remedy: /report it/ })
  for (const result of await thrown('text')) t.match(result, { status: 'fail', detail: /text/ })
  const error = new LogtoError({ failure: 'forbidden', step: 'list the roles', status: 403, code: 'auth.forbidden', reason: 'Forbidden.' })
  for (const result of await thrown(error)) t.match(result, { status: 'fail', detail: 'Could not list the roles: 403 auth.forbidden: Forbidden.', remedy: /Logto Management API access/ })
})

await t.test('runner: independent checks do not wait for each other; the order of results is that of the checks', async t => {
  let release: () => void = () => {}
  const gate = new Promise<void>(resolve => { release = resolve })
  const results = await runChecks([
    check('slow', async () => { await gate; return pass('slow') }),
    check('fast', () => { release(); return pass('fast') })
  ])
  t.strictSame(results.map(({ id }) => id), ['slow', 'fast'])
})

await t.test('runner: an impossible list of checks is refused', async t => {
  await t.rejects(runChecks([check('a', () => pass('')), check('a', () => pass(''))]), /two checks are called a/)
  await t.rejects(runChecks([check('a', () => pass(''), ['b']), check('b', () => pass(''))]), /a needs b/)
})

await t.test('all checks: ids in kebab-case, none twice, needs before those who need them', async t => {
  const checks = allChecks(createWorld(loadConfig({})))
  const ids = checks.map(({ id }) => id)
  t.equal(new Set(ids).size, ids.length)
  t.ok(ids.every(id => /^[a-z]+(-[a-z]+)*$/.test(id)))
  const guide = readFileSync(join(packageRoot(), 'docs/doctor.md'), 'utf8')
  for (const id of ids) t.ok(guide.includes(`\`${id}\``), `${id} is explained in docs/doctor.md`)
  for (const [index, { needs = [] }] of checks.entries()) for (const need of needs) t.ok(ids.slice(0, index).includes(need), `${ids[index]} needs ${need}`)
})

await t.test('several faults are one finding: the worst counts, a remedy stands once', async t => {
  t.strictSame(together([], pass('fine')), pass('fine'))
  t.strictSame(together([warn('a', 'x'), fail('b', 'y'), warn('c', 'x'), skip('d')], pass('fine')), fail('a b c d', 'x y'))
  t.strictSame(together([skip('a'), pass('b')], pass('fine')), pass('a b'))
})

await t.test('addresses: what differs, in words', async t => {
  const cases: Array<[string, string, string[]]> = [
    ['https://a.test/', 'https://a.test', ['slash']],
    ['https://a.test', 'https://a.test/', ['slash']],
    ['https://a.test/', 'http://a.test/', ['scheme']],
    ['https://a.test/', 'http://a.test', ['scheme', 'slash']],
    ['https://a.test/', 'https://A.test/', ['spelling']],
    ['https://a.test/x', 'https://a.test/X', ['spelling']],
    ['https://a.test/', 'https://a.test:443/', ['spelling']],
    ['https://a.test/', 'https://b.test/', ['host']],
    ['https://a.test/', 'https://a.test:8443/', ['port']],
    ['https://a.test/oidc', 'https://a.test/', ['path', 'slash']],
    ['https://a.test/oidc', 'https://b.test/oidc/', ['host', 'slash']],
    ['https://a.test/', 'urn:a', ['scheme', 'host', 'path', 'slash']],
    ['https://a.test/', 'nonsense', ['path']]
  ]
  for (const [wanted, found, expected] of cases) {
    t.strictSame(differences(wanted, found), expected, `${wanted} and ${found}`)
    t.equal(isNearMiss(wanted, found), expected.every(one => ['scheme', 'slash', 'spelling'].includes(one)))
    t.not(differenceInWords(wanted, found), '')
  }
  t.equal(differenceInWords('https://a.test/', 'http://a.test'), 'it begins with http: instead of https:, and the trailing slash is missing')
})

await t.test('addresses: nothing differs from itself, everything else does, and both ways alike', async t => {
  fc.assert(fc.property(fc.oneof(fc.webUrl(), fc.string()), fc.oneof(fc.webUrl(), fc.string()), (one, other) => {
    if (differences(one, one).length > 0) t.fail(JSON.stringify(one))
    if (one === other) return
    if (differences(one, other).length === 0) t.fail(`${JSON.stringify(one)} and ${JSON.stringify(other)}`)
    if (isNearMiss(one, other) !== isNearMiss(other, one)) t.fail(`${JSON.stringify(one)} and ${JSON.stringify(other)}, both ways`)
  }))
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: false, withFragments: false }).filter(url => !new URL(url).pathname.endsWith('//')), url => {
    const other = url.endsWith('/') ? url.slice(0, -1) : `${url}/`
    if (!isNearMiss(url, other)) t.fail(`${url} and ${other}`)
  }))
  t.end()
})

await t.test('clock: never more than it is, and off by no more than the round trip and a second', async t => {
  fc.assert(fc.property(fc.integer({ min: -4e6, max: 4e6 }), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1.7e12, max: 1.8e12 }), (skew, there, back, sent) => {
    const stamp = Math.floor((sent + there + skew) / 1000) * 1000
    const found = leastSkew(stamp, sent, sent + there + back) * 1000
    if (Math.abs(found) > Math.abs(skew)) t.fail(`${found} is more than ${skew}`)
    if (found !== 0 && Math.sign(found) !== Math.sign(skew)) t.fail(`${found} is the other way than ${skew}`)
    if (Math.abs(skew - found) > there + back + 1000) t.fail(`${found} is too little for ${skew}`)
  }))
  t.end()
})

await t.test('consent: what is too much, also where an organization gives it', async t => {
  const world = createWorld(loadConfig({ PUBLIC_URL: 'https://api.example.test', LOGTO_ENDPOINT: 'https://x1.logto.app', LOGTO_M2M_APP_ID: 'x', LOGTO_M2M_APP_SECRET: 'y' }))
  const of = (indicator: string, ...names: string[]) => [{ resource: { indicator }, scopes: names.map(name => ({ name })) }]
  const none = { resourceScopes: [], organizationResourceScopes: [], userScopes: ['profile', 'phone'] }
  const found = (scopes: ReturnType<typeof of>) => [tooMuch(world, { ...none, resourceScopes: scopes }), tooMuch(world, { ...none, organizationResourceScopes: scopes })]
  t.strictSame(tooMuch(world, none), [])
  const cases: Array<[ReturnType<typeof of>, string[]]> = [
    [of('https://api.example.test/', 'read:weather', 'manage:agents', 'write:places', 'manage:clients'), ['manage:agents of https://api.example.test/', 'manage:clients of https://api.example.test/']],
    [of('https://x1.logto.app/api', 'all', 'anything'), ['all of the Management API', 'anything of the Management API']],
    [of('https://other.example/', 'manage:agents', 'all'), []],
    [of('https://api.example.test', 'manage:agents'), []],
    [of('https://api.example.test/', 'constructor', '__proto__', 'unknown'), []]
  ]
  for (const [scopes, expected] of cases) t.strictSame(found(scopes), [expected, expected], JSON.stringify(scopes))
})

await t.test('domains: the same host or a parent; no guess at the rest', async t => {
  for (const [one, other] of [['localhost', 'localhost'], ['api.example.com', 'example.com'], ['example.com', 'auth.example.com']] as const) t.ok(areRelated(one, other), `${one} and ${other}`)
  for (const [one, other] of [['api.example.com', 'auth.example.com'], ['a.co.uk', 'b.co.uk'], ['one.logto.app', 'two.logto.app'], ['example.com', 'badexample.com'], ['example.com', ''], ['', '']] as const) t.notOk(areRelated(one, other), `${one} and ${other}`)
})

await t.test('no token travels without https, nor is one needed to say so', async t => {
  const world = createWorld(loadConfig({ PUBLIC_URL: 'http://api.example.test', LOGTO_ENDPOINT: 'https://logto.example.test', LOGTO_M2M_APP_ID: 'x', LOGTO_M2M_APP_SECRET: 'y' }))
  const run = async (id: string): Promise<Finding | undefined> => allChecks(world).find(one => one.id === id)?.run()
  t.match(await run('public-url'), { status: 'fail', detail: /is not https/, remedy: /PUBLIC_URL=https/ })
  t.match(await run('machine-token'), { status: 'skip', detail: /without https/ })
  t.match(await run('foreign-token'), { status: 'skip', detail: /without https/ })
  const safe = createWorld(loadConfig({ PUBLIC_URL: 'https://api.example.test', LOGTO_ENDPOINT: 'https://logto.example.test' }))
  t.match(await allChecks(safe).find(one => one.id === 'public-url')?.run(), { status: 'pass' })
})

const results: CheckResult[] = [
  { id: 'a', title: 'One', status: 'pass', detail: 'Fine.' },
  { id: 'b', title: 'Another', status: 'warn', detail: 'Hm.', remedy: 'Look.' },
  { id: 'c', title: 'Third', status: 'fail', detail: 'Broken.', remedy: 'Mend it.' },
  { id: 'd', title: 'Last', status: 'skip', detail: 'Not checked.' }
]

await t.test('report for people: a line each, the remedy below, the counts at the end', async t => {
  t.strictSame(textReport(results, false), [
    '✓ One      Fine.',
    '! Another  Hm.',
    '           → Look.',
    '✗ Third    Broken.',
    '           → Mend it.',
    '– Last     Not checked.',
    '',
    '1 passed, 1 to look at, 1 failed, 1 skipped'
  ])
  const coloured = textReport(results, true)
  t.equal(coloured[0], '\u001b[32m✓\u001b[0m One      Fine.')
  t.equal(coloured.filter(line => line.includes('\u001b[')).length, 4, 'the signs alone')
})

await t.test('report for machines: one document', async t => {
  t.strictSame(JSON.parse(jsonReport(results)), { checks: results, summary: { pass: 1, warn: 1, fail: 1, skip: 1 } })
})

await t.test('with nothing set up: it says so, and ends', async t => {
  const lines: string[] = []
  const config = loadConfig({ PUBLIC_URL: `http://127.0.0.1:${await freePort()}`, AS_PORT: String(await freePort()) })
  t.equal(await doctor(config, { json: false, print: line => { lines.push(line) }, colour: false }), 1)
  t.match(lines.at(-1), /^0 passed, 0 to look at, 2 failed, \d+ skipped$/)
  t.ok(lines.every(line => !line.includes('\n')), 'whole lines')
})

await t.test('words: safe to print, of bounded length', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), text => {
    if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(speakable(text))) t.fail(JSON.stringify(text))
  }))
  t.equal(speakable('x'.repeat(5000)).length, 2001)
  t.equal(speakable('Zu Hause – Köln 家'), 'Zu Hause – Köln 家')
  t.equal(listed(['a', 'b', 'c'], 2), 'a, b and 1 more')
  t.equal(listed(['a', 'b'], 2), 'a, b')
  t.equal(listed([]), '')
})
