import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/index.js'
import { makeSecret } from '../../src/dev/tenant/make.js'
import { clockChecks } from '../../src/logto/doctor/checks/clock.js'
import { endpointChecks } from '../../src/logto/doctor/checks/endpoint.js'
import { runChecks } from '../../src/logto/doctor/run.js'
import { createWorld } from '../../src/logto/doctor/world.js'
import { freePort } from '../../examples/shared/free-port.js'
import { createSigningKey } from '../kit/keys.js'
import { startFront } from './doctor-front.js'
import { examine, resultOf, startHouse, statuses } from './doctor-house.js'

// `scopegate logto doctor` where Logto itself is at fault, or how it is reached: down, another issuer,
// a clock that is off, keys that are of no use, credentials that are wrong or may too little.

const house = await startHouse(t)
const { tenant } = house
const healthy = await house.examine()
const { appId } = tenant.credentials

/** What is skipped when the tenant can't be looked at, or no token can be had. */
const tenantChecks = ['api-resource', 'token-lifetime', 'default-api', 'scopes', 'roles', 'default-roles', 'users-without-role', 'official-app', 'docs-app', 'docs-client-id', 'chatgpt-app', 'third-party-consent', 'own-consent', 'cimd']
const skipped = (...ids: string[]) => Object.fromEntries(ids.map(id => [id, 'skip']))

await t.test('Logto is down', async t => {
  const down = await house.examine({ LOGTO_ENDPOINT: `http://localhost:${await freePort()}` })
  t.strictSame(statuses(down, healthy), {
    'endpoint-reachable': 'fail',
    ...skipped('issuer', 'signing-keys', 'signing-algorithm', 'clock', 'management-credentials', 'management-access', ...tenantChecks, 'machine-token', 'foreign-token'),
    // The running service knows another Logto.
    'resource-metadata': 'fail',
    'mcp-resource-metadata': 'fail'
  })
  t.match(resultOf(down, 'endpoint-reachable'), { detail: /ECONNREFUSED/, remedy: /LOGTO_ENDPOINT/ })
  t.match(resultOf(down, 'scopes').detail, /Not checked, because it needs api-resource\./)
  t.equal(down.code, 1)
})

await t.test('the embedded authorization server is not there: start the service', async t => {
  const port = await freePort()
  const down = await examine({ PUBLIC_URL: `http://localhost:${await freePort()}`, AS_PORT: String(port) })
  t.match(resultOf(down, 'endpoint-reachable'), { status: 'fail', remedy: /npm start/ })
  t.equal(resultOf(down, 'service-reachable').status, 'fail')
  t.equal(resultOf(down, 'public-url').status, 'skip')
})

await t.test('the issuer is another: the same Logto by another name', async t => {
  const endpoint = tenant.endpoint.replace('localhost', '127.0.0.1')
  await house.serve({ LOGTO_ENDPOINT: endpoint })
  const other = await house.examine({ LOGTO_ENDPOINT: endpoint })
  await house.serve()
  // The manifest's addresses are on 127.0.0.1 now, the API on localhost.
  t.strictSame(statuses(other, healthy), { issuer: 'fail', ...skipped('machine-token'), 'chatgpt-domain': 'warn' })
  t.match(resultOf(other, 'issuer'), { detail: /calls itself "http:\/\/localhost:\d+\/oidc".*the host is another\. Every token would be refused/, remedy: new RegExp(`LOGTO_ENDPOINT=${tenant.endpoint} instead`) })
  t.equal(other.code, 1)
})

await t.test('credentials: each of the three wrong in its own way', async t => {
  const cases: Array<[string, Record<string, string>, RegExp, RegExp]> = [
    ['secret', { LOGTO_M2M_APP_SECRET: 'wrong-secret-of-mine' }, /does not accept the secret/, /LOGTO_M2M_APP_SECRET/],
    ['app', { LOGTO_M2M_APP_ID: 'nobody' }, /no application with the id "nobody"/, /LOGTO_M2M_APP_ID/],
    ['resource', { LOGTO_MANAGEMENT_RESOURCE: 'https://default.logto.app/api/' }, /no API resource "https:\/\/default\.logto\.app\/api\/"/, /LOGTO_MANAGEMENT_RESOURCE/],
    ['none', { LOGTO_M2M_APP_ID: '', LOGTO_M2M_APP_SECRET: '' }, /are not set/, /machine-to-machine application/]
  ]
  for (const [name, changes, words, remedy] of cases) {
    const wrong = await house.examine(changes)
    t.strictSame(statuses(wrong, healthy), { 'management-credentials': 'fail', ...skipped('management-access', ...tenantChecks, 'machine-token', 'foreign-token') }, name)
    t.match(resultOf(wrong, 'management-credentials'), { detail: words, remedy })
    t.equal(wrong.code, 1)
    t.notMatch(wrong.output, /wrong-secret-of-mine/)
  }
})

await t.test('credentials: a secret that has expired', async t => {
  const expired = await house.whileChanged(data => {
    data.applications[appId]?.secrets.push(makeSecret(appId, { name: 'old', value: 'an-old-secret', expiresAt: Date.now() - 1000 }))
  }, { LOGTO_M2M_APP_SECRET: 'an-old-secret' })
  t.match(resultOf(expired, 'management-credentials'), { status: 'fail', detail: /expired/, remedy: /has not expired/ })
})

await t.test('the app may not use the Management API', async t => {
  const forbidden = await house.whileChanged(data => { Object.assign(data.applications[appId] ?? {}, { roleIds: [] }) })
  t.strictSame(statuses(forbidden, healthy), { 'management-access': 'fail', ...skipped(...tenantChecks, 'machine-token') })
  t.match(resultOf(forbidden, 'management-access'), { detail: /may not use the Management API/, remedy: /"Logto Management API access"/ })
  t.equal(forbidden.code, 1)
})

await t.test('the Management API answers with a fault: told, and nothing breaks off', async t => {
  const front = await startFront(t, () => tenant.endpoint)
  front.tamper('/api/resources?includeScopes=true', answer => ({ ...answer, status: 502, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Bad gateway</h1>') }))
  front.tamper('/api/configs/cimd', answer => ({ ...answer, status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Not Found') }))
  front.tamper('/api/roles?page=1&page_size=100', answer => ({ ...answer, body: Buffer.from('{"not":"a list"}') }))
  const found = await house.examine({ LOGTO_ENDPOINT: front.url })
  t.match(resultOf(found, 'management-access'), { status: 'fail', detail: /^Could not list the API resources: 502: /, remedy: /try again later/ })
  front.tamper('/api/resources?includeScopes=true', answer => answer)
  const next = await house.examine({ LOGTO_ENDPOINT: front.url })
  t.equal(resultOf(next, 'roles').status, 'fail', 'an answer that nobody thought of')
  t.match(resultOf(next, 'cimd'), { status: 'pass', detail: /does not offer/ })
  t.equal(resultOf(next, 'official-app').status, 'pass')
})

/** The clock of a Logto that is off by so many seconds, as the doctor sees it. */
async function clockOf (t: Test, seconds: number) {
  const front = await startFront(t, () => tenant.endpoint)
  front.tamper('*', answer => ({ ...answer, headers: { ...answer.headers, date: new Date(Date.now() + seconds * 1000).toUTCString() } }))
  const world = createWorld(loadConfig({ LOGTO_ENDPOINT: front.url }))
  const results = await runChecks([...endpointChecks(world).slice(0, 1), ...clockChecks(world)])
  return results[1]
}

await t.test('the clock: ahead, behind, right', async t => {
  t.match(await clockOf(t, 0), { id: 'clock', status: 'pass' })
  t.match(await clockOf(t, 30), { status: 'warn', detail: /about \d+ s ahead of this machine.*not yet valid/, remedy: /NTP/ })
  t.match(await clockOf(t, -30), { status: 'warn', detail: /about \d+ s behind this machine/, remedy: /NTP/ })
  t.match(await clockOf(t, 3600), { status: 'fail', detail: /ahead/, remedy: /NTP/ })
  t.match(await clockOf(t, -3600), { status: 'fail', detail: /behind/, remedy: /NTP/ })
})

/** A Logto of which there is no more than the discovery document and the keys. */
async function keysOf (t: Test, keys: unknown) {
  const server = createServer((request, response) => {
    const endpoint = `http://localhost:${(server.address() as AddressInfo).port}`
    const body = request.url === '/oidc/jwks' ? { keys } : { issuer: `${endpoint}/oidc` }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const found = await examine({ LOGTO_ENDPOINT: `http://localhost:${(server.address() as AddressInfo).port}`, PUBLIC_URL: `http://localhost:${await freePort()}` })
  t.equal(resultOf(found, 'issuer').status, 'pass')
  return { keys: resultOf(found, 'signing-keys'), algorithm: resultOf(found, 'signing-algorithm') }
}

const ec = createSigningKey('ES384', { kid: 'ec-key' })
const rsa = createSigningKey('RS256', { kid: 'rsa-key' })

await t.test('keys: EC with advice, RSA without', async t => {
  const one = await keysOf(t, [ec.jwk])
  t.match(one.keys, { status: 'pass', detail: /^1 usable key: "ec-key"\.$/ })
  t.match(one.algorithm, { status: 'pass', detail: /signed with ES384\..*25 times as long as RS256/, remedy: /RSA/ })
  const other = await keysOf(t, [rsa.jwk])
  t.match(other.keys, { status: 'pass', detail: /"rsa-key"/ })
  t.match(other.algorithm, { status: 'pass', detail: /^Tokens are signed with RS256\.$/ })
  t.notOk(other.algorithm.remedy)
  t.match((await keysOf(t, [rsa.jwk, ec.jwk])).algorithm, { detail: /RS256, ES384/, remedy: /RSA/ })
})

await t.test('keys: none that is of use', async t => {
  const weak = createSigningKey('RS256', { kid: 'weak-key', bits: 1024 })
  const found = await keysOf(t, [weak.jwk])
  t.match(found.keys, { status: 'fail', detail: /holds no usable key\. Left out: "weak-key" \(weak: RSA of 1024 bits/, remedy: /rotate the private key/ })
  t.equal(found.algorithm.status, 'skip')
  for (const keys of [[], null, 'x', [null], [[]]]) t.equal((await keysOf(t, keys)).keys.status, 'fail', JSON.stringify(keys))
})

await t.test('keys: one that is ignored beside a good one is named', async t => {
  const twin = createSigningKey('ES384', { kid: 'twin' })
  const bad: Array<[unknown, RegExp]> = [
    [createSigningKey('RS256', { kid: 'x', bits: 1024 }).jwk, /"x" \(weak: RSA of 1024 bits/],
    [createSigningKey('RS256', { kid: 'x', exponent: 3 }).jwk, /"x" \(weak: RSA of 2048 bits with the exponent 3/],
    [{ ...rsa.jwk, kid: undefined }, /key 2 \(without "kid"\)/],
    [{ ...rsa.jwk, alg: 'PS256' }, /"rsa-key" \(a key for "RSA PS256"; it takes one for ES384, RS256, ES256\)/],
    [{ ...twin.jwk, x: 'AAAA' }, /"twin" \(malformed\)/],
    [{ ...twin.jwk, alg: 'ES256' }, /"twin" \(a key for "EC P-384 ES256"/],
    [{ kty: 'OKP', crv: 'Ed25519', kid: 'ed', x: 'AAAA' }, /"ed" \(a key for "OKP Ed25519"/],
    [{ kty: 'oct', kid: 'secret', k: 'AAAA' }, /"secret" \(a key for "oct"/],
    ['text', /key 2 \(no JSON object\)/]
  ]
  for (const [jwk, words] of bad) t.match((await keysOf(t, [ec.jwk, jwk])).keys, { status: 'warn', detail: words, remedy: /delete the old one/ }, String(words))
  t.match((await keysOf(t, [ec.jwk, twin.jwk, createSigningKey('ES384', { kid: 'twin' }).jwk])).keys, { status: 'warn', detail: /"twin" \(its "kid" stands twice/ })
  t.match((await keysOf(t, [ec.jwk, { ...rsa.jwk, use: 'enc' }])).keys, { status: 'pass', detail: /ignores "rsa-key" \(not for checking signatures\)/ }, 'a key for something else is no fault')
})
