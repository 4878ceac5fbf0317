import type { AddressInfo } from 'node:net'
import t from 'tap'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { askForToken } from '../../src/logto/management-token.js'
import { startTenant, tenantApiResource as resource, tenantPublicUrl } from '../kit/tenant.js'
import { run } from '../cli/run.js'

// From an empty tenant to real tokens: what `apply` makes is all that it takes for the official app, a
// registered agent and a machine to get in, each with what it may.

const tenant = await startTenant(t, { empty: true })
const { management, issuer, endpoint } = tenant
const env = {
  PUBLIC_URL: tenantPublicUrl,
  LOGTO_ENDPOINT: endpoint,
  LOGTO_M2M_APP_ID: tenant.credentials.appId,
  LOGTO_M2M_APP_SECRET: tenant.credentials.appSecret,
  CHATGPT_PLUGIN_ID: 'plugin-1a2b',
  WEATHER_SOURCE: 'observations'
}
const dora = { username: 'dora', password: 'dora-likes-fog' }

const app = await buildApp(loadConfig(env), { database: tenant.database })
t.teardown(async () => {
  app.server.closeAllConnections()
  await app.close()
})
await app.listen({ port: 0, host: '127.0.0.1' })
const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
const call = (path: string, token: string, init: { method?: string, body?: string } = {}) => fetch(`${url}${path}`, {
  ...init, headers: { authorization: `Bearer ${token}`, ...(init.body === undefined ? {} : { 'content-type': 'application/json' }) }
})

interface App { id: string, secret: string, redirectUri: string }

async function secretOf (id: string): Promise<string> {
  const [secret] = await management.ask('read secrets', api => api.GET('/api/applications/{id}/secrets', { params: { path: { id } } }))
  return secret?.value ?? ''
}

/** An app that `apply` has made. */
async function made (key: string): Promise<App> {
  const all = await management.ask('list applications', api => api.GET('/api/applications'))
  const one = all.find(({ customData }) => customData['scopegate'] === key)
  return { id: one?.id ?? '', secret: await secretOf(one?.id ?? ''), redirectUri: String(one?.oidcClientMetadata.redirectUris[0]) }
}

/** Dora signs in with the app; what she was asked, and the token that it got. */
async function signIn ({ id, secret, redirectUri }: App, params: Record<string, string>) {
  const query = new URLSearchParams({ client_id: id, redirect_uri: redirectUri, response_type: 'code', state: 'x', ...params })
  const outcome = await new FormBrowser().authorize(`${issuer}/auth?${query.toString()}`, { ...dora, consent: 'allow' })
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code', code: outcome.callback.searchParams.get('code') ?? '', redirect_uri: redirectUri, ...(params['resource'] === undefined ? {} : { resource })
    })
  })
  return { ...outcome, token: String((await answer.json() as Record<string, unknown>)['access_token']) }
}

await t.test('plan finds something to do, apply does it, and then there is nothing to do', async t => {
  t.equal((await run('logto plan', env)).code, 2)
  t.match(await run('logto apply', env), { code: 0 })
  t.match(await run('logto plan', env), { code: 0, out: /Nothing to do/ })
  await management.ask('create a user', api => api.POST('/api/users', { body: { ...dora, name: 'Dora' } }))
})

await t.test('the official app: no consent, and the permissions of the default roles', async t => {
  const { consentShown, token } = await signIn(await made('official-app'), { scope: 'openid read:weather read:places write:places manage:clients', resource })
  t.equal(consentShown, false)
  t.match(await (await call('/v1/me', token)).json(), { scopes: ['read:weather', 'read:places', 'write:places', 'manage:clients'] })
  t.equal((await call('/v1/forecast?place=Seattle', token)).status, 200)
})

await t.test('ChatGPT\'s plugin: without `resource`, by way of the default, and with consent', async t => {
  const { consentShown, token } = await signIn(await made('chatgpt-plugin'), { scope: 'read:weather read:places write:places' })
  t.equal(consentShown, true)
  t.equal((await call('/v1/places', token)).status, 200)
})

await t.test('a registered agent: asked for, and held to what it has registered for', async t => {
  const { token: developer } = await signIn(await made('official-app'), { scope: 'manage:clients', resource })
  const agent = { client_name: 'Fog Watch', redirect_uris: ['https://agent.example.com/cb'], scope: 'read:weather' }
  const registered = await call('/v1/clients', developer, { method: 'POST', body: JSON.stringify(agent) })
  t.equal(registered.status, 201)
  const { client_id: id, client_secret: secret } = await registered.json() as { client_id: string, client_secret: string }
  const { consentScopes, token } = await signIn({ id, secret, redirectUri: 'https://agent.example.com/cb' }, { scope: 'openid read:weather read:places', resource })
  t.strictSame(consentScopes.filter(scope => scope.includes(':')), ['read:weather'])
  t.equal((await call('/v1/forecast?place=Seattle', token)).status, 200)
  t.equal((await call('/v1/places', token)).status, 403)
})

await t.test('a machine with a role', async t => {
  const scopes = await management.ask('list resources', api => api.GET('/api/resources', { params: { query: { includeScopes: 'true' } } }))
  const [read] = (scopes.find(({ indicator }) => indicator === resource)?.scopes ?? []).filter(({ name }) => name === 'read:weather')
  const { id } = await management.ask('create an app', api => api.POST('/api/applications', { body: { name: 'Station', type: 'MachineToMachine' } }))
  const role = await management.ask('create a role', api => api.POST('/api/roles', { body: { name: 'Station', description: 'Station', type: 'MachineToMachine', scopeIds: [read?.id ?? ''] } }))
  await management.ask('give it the role', api => api.POST('/api/applications/{applicationId}/roles', { params: { path: { applicationId: id } }, body: { roleIds: [role.id] } }))
  const { token } = await askForToken({ endpoint, appId: id, appSecret: await secretOf(id), resource, scope: 'read:weather' }, 'get a token')
  t.equal((await call('/v1/forecast?place=Seattle', token)).status, 200)
  t.equal((await call('/v1/places', token)).status, 403)
})

await t.test('doctor finds nothing wrong with the tenant', async t => {
  const { out } = await run('logto doctor --json', env)
  const { checks } = JSON.parse(out) as { checks: Array<{ id: string, status: string, detail: string }> }
  // The service does not listen at PUBLIC_URL here, and nobody set DOCS_CLIENT_ID.
  const failed = checks.filter(({ status }) => status === 'fail')
  t.strictSame(failed.map(({ id }) => id), ['service-reachable'], failed.map(({ detail }) => detail).join(' '))
})
