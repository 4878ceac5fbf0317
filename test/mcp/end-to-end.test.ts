import t, { type Test } from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import { seed } from '../../src/dev/index.js'
import { startTenant } from '../kit/tenant.js'
import { createOAuthClient, type PersonAndApp } from './oauth-client.js'

// Nothing exchanged: the SDK's own client against the whole app and the embedded authorization server.

/** The service at an address of its own, with its authorization server. */
async function startWorld (t: Test, options: { mcpPath?: boolean } = {}) {
  const port = await freePort()
  const publicUrl = `http://localhost:${port}`
  const mcpResource = options.mcpPath ? `${publicUrl}/mcp` : `${publicUrl}/`
  const tenant = await startTenant(t, { publicUrl, apiResource: `${publicUrl}/`, mcpResource })
  const config = loadConfig({ PORT: String(port), LOGTO_ENDPOINT: tenant.endpoint, MCP_RESOURCE: mcpResource, WEATHER_SOURCE: 'observations' })
  const app = await buildApp(config, { database: tenant.database })
  t.teardown(async () => {
    app.server.closeAllConnections()
    await app.close()
  })
  await app.listen({ port, host: '127.0.0.1' })
  const { weatherbot, docs } = seed.clients
  const person = seed.users.alice
  const url = `${publicUrl}/mcp`
  const confidential: PersonAndApp = { url, clientId: weatherbot.id, clientSecret: weatherbot.secret, redirectUri: 'http://localhost:4000/callback', person }
  const open: PersonAndApp = { url, clientId: docs.id, redirectUri: `${publicUrl}/docs/static/oauth2-redirect.html`, person }
  return { publicUrl, url, confidential, open }
}

const asked = (request: URL | undefined, name: string): string | null => request?.searchParams.get(name) ?? null
const scopesOf = (request: URL | undefined): string[] => (asked(request, 'scope') ?? '').split(' ').filter(name => /^(read|write):/.test(name)).sort()

const world = await startWorld(t)

await t.test('from a 401 to a tool\'s answer, and on to the permission that a write needs', async t => {
  const { publicUrl, confidential } = world
  const client = createOAuthClient(confidential)

  const tools = await client.use(async client => {
    t.equal(client.getNegotiatedProtocolVersion(), '2026-07-28', 'the current revision is spoken')
    return (await client.listTools()).tools
  })
  t.same(tools.map(tool => tool.name), ['who_am_i', 'get_forecast', 'get_observations', 'list_places', 'create_place', 'update_place', 'delete_place'])
  t.equal(client.statuses[0], 401, 'the first request was refused')
  t.equal(client.requests.length, 1)
  t.equal(asked(client.requests[0], 'resource'), `${publicUrl}/`, 'the metadata named the resource')
  t.same(scopesOf(client.requests[0]), ['read:places', 'read:weather'], 'at first only what reading needs is asked')
  t.ok(client.outcomes[0]?.consentShown, 'the person was asked')
  t.notOk(client.outcomes[0]?.consentScopes.includes('write:places'))

  const forecast = await client.call('get_forecast', { place: 'Seattle', days: 2 })
  t.equal(forecast.isError, undefined)
  t.match(forecast.structuredContent, { source: 'observations', days: [{}, {}] }, 'an answer that fits its schema: the client checks it')
  t.equal(client.requests.length, 1, 'nobody was asked again')

  const saved = await client.call('create_place', { name: 'Home', latitude: 47.6, longitude: -122.3 })
  t.match(saved.structuredContent, { name: 'Home' }, 'the write went through in the end')
  t.ok(client.statuses.includes(403), 'after a 403')
  t.equal(client.requests.length, 2)
  t.same(scopesOf(client.requests[1]), ['read:places', 'read:weather', 'write:places'], 'which the client added to what it had')
  t.same(client.outcomes[1]?.consentScopes, ['write:places'], 'the person was asked about the new permission only')

  const list = await client.call('list_places')
  t.match(list.structuredContent, { places: [{ name: 'Home' }] }, 'the place is there, once')
  t.equal((list.structuredContent as { places: unknown[] }).places.length, 1)
})

await t.test('a public client, and a revision of last year', async t => {
  const client = createOAuthClient({ ...world.open, mode: 'legacy' })
  const me = await client.call('who_am_i')
  t.match(me.structuredContent, { sub: 'user-alice', clientId: 'docs' })
  t.equal(await client.use(async client => client.getNegotiatedProtocolVersion()), '2025-11-25')
  const saved = await client.call('create_place', { name: 'Home', latitude: 1, longitude: 2 })
  t.match(saved.structuredContent, { name: 'Home' }, 'the step-up works there, too')
  t.equal(client.requests.length, 2)
})

await t.test('with MCP_RESOURCE of its own', async t => {
  const { publicUrl, url, confidential } = await startWorld(t, { mcpPath: true })
  const client = createOAuthClient(confidential)
  t.match((await client.call('get_forecast', { place: 'Seattle' })).structuredContent, { source: 'observations' }, 'the tool reaches its route')
  t.equal(asked(client.requests[0], 'resource'), url, 'the token is for /mcp alone')
  t.match((await client.call('create_place', { name: 'Home', latitude: 1, longitude: 2 })).structuredContent, { name: 'Home' }, 'and can be stepped up')
  const direct = await fetch(`${publicUrl}/v1/places`, { headers: { authorization: `Bearer ${client.tokens?.access_token ?? ''}` } })
  t.equal(direct.status, 401, 'called directly, the route does not take it')
})
