import t, { type Test } from 'tap'
import type { EmbeddedServer, SeedClient } from '../../src/dev/index.js'
import { metadataUrl, startTestApp } from '../kit/app.js'
import { actions, decode } from '../dev/helpers.js'
import { parseChallenge } from '../kit/http.js'
import { startTenant, tenantApiResource, tenantPublicUrl } from '../kit/tenant.js'

// An agent that nobody has registered: its client_id is the address of its metadata document. A person
// signs in and allows it; what its real token opens is decided here, by its host and the ceiling.

const id = 'https://agents.Example.com/rain/client.json'
const document = { client_id: id, client_name: 'Rain Agent', redirect_uris: ['http://localhost:4200/callback'], token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], response_types: ['code'] }

// The document is on the web, which a test has not: this one address is answered here.
const { fetch } = globalThis
let documentsFetched = 0
globalThis.fetch = async (input, init) => {
  if (String(input) !== id) return await fetch(input, init)
  documentsFetched += 1
  return Response.json(document)
}
t.teardown(() => { globalThis.fetch = fetch })

const tenant = await startTenant(t)
const { authorize, exchange } = actions({ issuer: tenant.issuer } as EmbeddedServer)
const agent: SeedClient = { id, name: document.client_name, thirdParty: true, apiScopes: [], userScopes: [], redirectUris: () => document.redirect_uris }
const metadata = metadataUrl.replace('https://api.example.test', tenantPublicUrl)

async function tokenFor (scope: string): Promise<string> {
  const { body } = await exchange(agent, await authorize(agent, { scope, resource: tenantApiResource }), { resource: tenantApiResource })
  return String(body['access_token'])
}

async function start (t: Test, env: Record<string, string> = {}) {
  const { app, call } = await startTestApp(t, { issuer: tenant, env: { PUBLIC_URL: tenantPublicUrl, ...env }, database: tenant.database })
  return { app, call: (method: string, path: string, token: string) => call(path, token, { method }) }
}

const wide = 'read:weather read:places write:places'
const token = await tokenFor(wide)

await t.test('it gets in, with what third parties may have', async t => {
  t.equal(documentsFetched, 1, 'the authorization server has read its document')
  t.equal(decode(token).payload['scope'], wide)
  const { call } = await start(t)
  t.strictSame(await (await call('GET', '/v1/me', token)).json(), { sub: 'user-alice', clientId: id, scopes: wide.split(' ') })
  t.equal((await call('GET', '/v1/forecast?place=Seattle', token)).status, 200)
  t.equal((await call('GET', '/v1/places', token)).status, 200)
})

await t.test('the ceiling cuts the scopes of its token: 403 names what is missing, and /v1/me shows what is left', async t => {
  const { app, call } = await start(t, { CIMD_SCOPES: 'read:weather' })
  for (const sight of ['first', 'second']) {
    t.strictSame(await (await call('GET', '/v1/me', token)).json(), { sub: 'user-alice', clientId: id, scopes: ['read:weather'] }, `${sight} sight`)
    t.equal((await call('GET', '/v1/forecast?place=Seattle', token)).status, 200)
    const answer = await call('GET', '/v1/places', token)
    t.equal(answer.status, 403)
    t.strictSame(parseChallenge(answer.headers.get('www-authenticate'))['error'], 'insufficient_scope')
    t.match(await answer.json(), { code: 'insufficient_scope', required_scopes: ['read:places'] })
  }
  t.equal(app.authStats().tokens.hits, 5, 'one check, then it is remembered as it was cut')
})

await t.test('no scope at all', async t => {
  const { call } = await start(t, { CIMD_SCOPES: 'none' })
  t.match(await (await call('GET', '/v1/me', token)).json(), { scopes: [] })
  t.equal((await call('GET', '/v1/forecast?place=Seattle', token)).status, 403)
})

await t.test('a permission of first-party apps opens nothing, even if the tenant gives it away', async t => {
  await tenant.tenant.change(data => { data.cimd.consent.resourceScopes.push(...Object.values(data.scopes).filter(({ name }) => name.startsWith('manage:')).map(scope => scope.id)) })
  const generous = await tokenFor('read:weather manage:clients manage:agents')
  t.match(decode(generous).payload['scope'], 'manage:clients', 'the token says so')
  const { call } = await start(t)
  t.match(await (await call('GET', '/v1/me', generous)).json(), { scopes: ['read:weather'] })
  t.match(await (await call('GET', '/v1/clients', generous)).json(), { status: 403, code: 'insufficient_scope' })
})

await t.test('a blocked host: 403 everywhere, which asks for neither a new sign-in nor more permissions', async t => {
  for (const host of ['agents.example.com', 'example.com', 'COM', 'other.test, Example.COM.']) {
    const { app, call } = await start(t, { CIMD_BLOCKED_HOSTS: host })
    for (const [method, path] of [['GET', '/v1/me'], ['GET', '/v1/forecast?place=Seattle'], ['DELETE', '/v1/places/x'], ['GET', '/v1/me']] as const) {
      const answer = await call(method, path, token)
      t.equal(answer.status, 403, `${host}: ${method} ${path}`)
      t.strictSame(parseChallenge(answer.headers.get('www-authenticate')), { resource_metadata: metadata }, 'no error code, no scope')
      t.match(await answer.json(), { status: 403, code: 'client_blocked' })
    }
    const mcp = await app.inject({ method: 'POST', url: '/mcp', headers: { host: new URL(tenantPublicUrl).host, authorization: `Bearer ${token}` } })
    t.match(mcp.json(), { status: 403, code: 'client_blocked' }, 'MCP')
    t.strictSame(Object.keys(parseChallenge(String(mcp.headers['www-authenticate']))), ['resource_metadata'], 'MCP')
    t.match(app.authStats(), { tokens: { tokens: 1 }, checks: { checks: 1 } }, 'one check, however often it comes')
    const forged = await call('GET', '/v1/me', `${token.slice(0, -8)}AAAAAAAA`)
    t.match(await forged.json(), { status: 401, code: 'invalid_token' }, 'who has no valid token is not told who is blocked')
  }
  const { call } = await start(t, { CIMD_BLOCKED_HOSTS: 'example.org, www.example.com, agents.example.com.evil.test' })
  t.equal((await call('GET', '/v1/me', token)).status, 200, 'other hosts')
})
