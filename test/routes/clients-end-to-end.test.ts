import type { AddressInfo } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import { seed, type EmbeddedServer, type SeedClient } from '../../src/dev/index.js'
import { actions } from '../dev/helpers.js'
import { startTenant, tenantApiResource, tenantPublicUrl } from '../kit/tenant.js'
import { agent } from './clients-app.js'

// Nothing exchanged: a developer signs in through the official app, registers an agent with a real
// token, a person allows it what it asks for, and it calls the API; then its secret is exchanged, its
// permissions are cut down, and it is deleted.

const tenant = await startTenant(t)
const config = loadConfig({ PUBLIC_URL: tenantPublicUrl, LOGTO_ENDPOINT: tenant.endpoint, LOGTO_M2M_APP_ID: tenant.credentials.appId, LOGTO_M2M_APP_SECRET: tenant.credentials.appSecret, WEATHER_SOURCE: 'observations' })
const app = await buildApp(config, { database: tenant.database })
t.teardown(async () => {
  app.server.closeAllConnections()
  await app.close()
})
await app.listen({ port: 0, host: '127.0.0.1' })
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
const { authorize, exchange, refresh } = actions({ issuer: tenant.issuer } as EmbeddedServer)
const resource = tenantApiResource

const call = (method: string, path: string, token: unknown, body?: object): Promise<Response> => fetch(`${url}${path}`, {
  method, headers: { authorization: `Bearer ${String(token)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) })
})
const official = seed.clients.officialWeatherApp
const signIn = await authorize(official, { scope: 'manage:clients', resource })
const developer = (await exchange(official, signIn, { resource })).body['access_token']
/** A registered client as the sign-in helpers know one. */
const asClient = (client: Record<string, string>): SeedClient => ({
  id: client['client_id'] ?? '', name: client['client_name'] ?? '', thirdParty: true, apiScopes: [], userScopes: [], redirectUris: () => agent.redirect_uris, ...(client['client_secret'] === undefined ? {} : { secret: client['client_secret'] })
})
const register = async (more = {}) => await (await call('POST', '/v1/clients', developer, { ...agent, ...more })).json() as Record<string, string>

await t.test('a registered agent gets in with what the person allows, and with no more', async t => {
  const client = asClient(await register())
  const outcome = await authorize(client, { scope: 'openid offline_access read:weather write:places', resource, prompt: 'consent' })
  t.equal(outcome.consentShown, true)
  t.equal(outcome.appName, 'Rain Today')
  t.notOk(outcome.consentScopes.includes('write:places'), 'what it has not registered for is not even asked')
  const { body, status } = await exchange(client, outcome, { resource })
  t.equal(status, 200)
  t.equal((await call('GET', '/v1/forecast?place=Seattle', body['access_token'])).status, 200)
  t.equal((await call('POST', '/v1/places', body['access_token'], { name: 'x', latitude: 1, longitude: 1 })).status, 403)
  t.equal((await call('GET', '/v1/clients', body['access_token'])).status, 403, 'a third party can\'t register others')
  t.match(await (await call('GET', '/v1/me', body['access_token'])).json(), { sub: 'user-alice', clientId: client.id })
})

await t.test('a public agent gets in with PKCE', async t => {
  const client = asClient(await register({ token_endpoint_auth_method: 'none' }))
  const { body } = await exchange(client, await authorize(client, { scope: 'read:weather', resource }), { resource })
  t.equal((await call('GET', '/v1/forecast?place=Seattle', body['access_token'])).status, 200)
})

await t.test('secrets in exchange, permissions cut down, and the end', async t => {
  const first = asClient(await register({ scope: 'read:weather read:places' }))
  const outcome = await authorize(first, { scope: 'openid offline_access read:weather read:places', resource, prompt: 'consent' })
  const { body } = await exchange(first, outcome, { resource })
  const rotated = await call('POST', `/v1/clients/${first.id}/secrets`, developer)
  const second = asClient(await rotated.json() as Record<string, string>)
  for (const client of [first, second]) t.equal((await refresh(client, body['refresh_token'], { resource })).status, 200, 'both secrets work meanwhile')

  t.equal((await call('PATCH', `/v1/clients/${first.id}`, developer, { scope: 'read:places' })).status, 200)
  const narrowed = await refresh(second, body['refresh_token'], { resource })
  t.equal(narrowed.body['scope'], 'read:places', 'the next refresh carries less')

  await call('POST', `/v1/clients/${first.id}/secrets`, developer, { overlap_seconds: 0 })
  t.equal((await refresh(first, body['refresh_token'], { resource })).status, 401, 'an ended secret')
  t.equal((await refresh(second, body['refresh_token'], { resource })).status, 401, 'and the one that was ended at once')

  t.equal((await call('DELETE', `/v1/clients/${first.id}`, developer)).status, 204)
  t.equal((await refresh(second, body['refresh_token'], { resource })).status, 400, 'a client that is no more')
})
