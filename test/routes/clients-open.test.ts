import t, { type Test } from 'tap'
import { parseChallenge, rawRequest, requestText } from '../kit/http.js'
import { startTenant } from '../kit/tenant.js'
import { agent, refused, refusedMetadata, startClientsApp } from './clients-app.js'

// Registration without a person (RFC 7591 section 3): off unless there is an initial access token,
// and then for those who have it, a few times an hour.

const initial = 'an-initial-access-token-for-this-test'
const tenant = await startTenant(t)
const on = { tenant, env: { REGISTRATION_TOKEN: initial } }
async function unauthorized (t: Test, answer: Response, challenge: Record<string, string>, name: string) {
  t.match(parseChallenge(answer.headers.get('www-authenticate')), challenge, name)
  await refused(t, answer, 401, 'error' in challenge ? 'invalid_token' : 'unauthorized', name)
}

await t.test('off: there is no such address', async t => {
  const { send, token } = await startClientsApp(t, { tenant })
  for (const credentials of [undefined, initial, token('user-alice')]) await refused(t, await send('POST', '/oauth/register', credentials, agent), 404, 'not_found', 'POST')
})

await t.test('on: a client that belongs to nobody', async t => {
  const { app, send, token } = await startClientsApp(t, on)
  const answer = await send('POST', '/oauth/register', initial, agent)
  t.equal(answer.status, 201)
  t.equal(answer.headers.get('cache-control'), 'no-store')
  const client = await answer.json() as Record<string, string>
  t.match(client, { ...agent, client_secret: /^\w{32}$/, client_secret_expires_at: 0 })
  t.match(tenant.tenant.data.applications[client['client_id'] ?? '']?.customData, { scopegateClient: { owner: null } })
  await refused(t, await send('GET', `/v1/clients/${client['client_id']}`, token('user-alice')), 404, 'client_not_found', 'nobody\'s')
  await refusedMetadata(t, await send('POST', '/oauth/register', initial, { ...agent, scope: 'manage:clients' }), 'invalid_client_metadata', 'metadata')
  await refusedMetadata(t, await send('POST', '/oauth/register', initial, { ...agent, redirect_uris: [] }), 'invalid_redirect_uri', 'redirect URIs')
  t.ok('/oauth/register' in (app.swagger() as { paths: object }).paths)
})

await t.test('on: only with the initial access token', async t => {
  const { port, send, token } = await startClientsApp(t, on)
  await unauthorized(t, await send('POST', '/oauth/register', undefined, agent), {}, 'none')
  await unauthorized(t, await send('POST', '/oauth/register', undefined, agent, { authorization: `Basic ${initial}` }), {}, 'another scheme')
  for (const [name, wrong] of [['one less', initial.slice(0, -1)], ['one more', `${initial}x`], ['other case', initial.toUpperCase()], ['an access token', token('user-alice')], ['too long', 'x'.repeat(9000)]] as const) await unauthorized(t, await send('POST', '/oauth/register', wrong, '{'), { error: 'invalid_token' }, name)
  const twice = await rawRequest(port, requestText('POST /oauth/register', [`Authorization: Bearer ${initial}`, 'Authorization: Bearer x', 'Content-Type: application/json'], JSON.stringify(agent)))
  t.equal(twice.status, 400)
  t.match(parseChallenge(twice.headers['www-authenticate']), { error: 'invalid_request' })
  t.equal((await send('POST', `/oauth/register?access_token=${initial}`, undefined, agent)).status, 400, 'not in the query')
})

await t.test('on: ten wrong tries an hour from one address, which do not count for those who have the token', async t => {
  const { send, token } = await startClientsApp(t, on)
  const wrong = [undefined, 'wrong', initial.slice(1), `${initial} x`, 'x'.repeat(9000)]
  for (let number = 0; number < 10; number += 1) t.match((await send('POST', '/oauth/register', wrong[number % wrong.length], agent)).status, /^40[01]$/)
  const answer = await send('POST', '/oauth/register', 'wrong', agent)
  t.ok(Number(answer.headers.get('retry-after')) > 3000)
  await refused(t, answer, 429, 'too_many_requests', 'the eleventh')
  t.equal((await send('POST', '/oauth/register', initial, { ...agent, scope: '' })).status, 400, 'with the token')
  t.equal((await send('GET', '/v1/clients', token('user-alice'))).status, 200)
  t.equal((await send('GET', '/v1/clients', token('user-alice'))).headers.get('x-ratelimit-limit'), null)
})

await t.test('on: sixty tries an hour with the token, good or bad', async t => {
  const { send } = await startClientsApp(t, on)
  for (let number = 0; number < 60; number += 1) t.equal((await send('POST', '/oauth/register', initial, { ...agent, scope: '' })).status, 400)
  await refused(t, await send('POST', '/oauth/register', initial, agent), 429, 'too_many_requests', 'the sixty-first')
})

await t.test('on, but without Management API credentials: 503', async t => {
  const { send } = await startClientsApp(t, { ...on, management: null })
  await refused(t, await send('POST', '/oauth/register', initial, agent), 503, 'registration_unavailable', 'no credentials')
})
