import fc from 'fast-check'
import t, { type Test } from 'tap'
import { loadConfig } from '../../src/config/index.js'
import { createHostCheck } from '../../src/mcp/allowed-hosts.js'
import { startIssuer } from '../kit/issuer.js'
import { base, message, startMcpApp } from './kit.js'

const house = await startMcpApp(t)
const { issuer, ask, callTool, post } = house
const token = issuer.token()
const list = () => ask('tools/list', {}, token)

await t.test('DNS rebinding: another Host or Origin is refused before anything else', async t => {
  t.equal((await list()).status, 200)
  for (const host of ['evil.example', 'evil.example:3000', 'localhost', 'localhost:3001', 'localhost.evil.example:3000', 'localhost:3000@evil.example', '127.0.0.2:3000', '']) {
    const answer = await ask('tools/list', {}, token, { Host: host })
    t.ok([400, 403].includes(answer.status), `Host "${host}"`)
    if (answer.status === 403) t.match(JSON.parse(answer.body), { code: 'foreign_host' })
    t.equal(answer.headers['www-authenticate'], undefined, 'no invitation to sign in')
  }
  for (const host of ['LOCALHOST:3000', '127.0.0.1:3000', '[::1]:3000']) t.equal((await ask('tools/list', {}, token, { Host: host })).status, 200, `Host "${host}"`)
  for (const origin of ['https://evil.example', 'null', 'http://localhost', 'https://localhost:3000', 'http://localhost:3000.evil.example', '']) {
    const answer = await ask('tools/list', {}, token, { Origin: origin })
    t.equal(answer.status, 403, `Origin "${origin}"`)
    t.match(JSON.parse(answer.body), { code: 'foreign_origin' })
  }
  t.equal((await ask('tools/list', {}, token, { Origin: base })).status, 200)
  t.equal((await ask('tools/list', {}, undefined, { Host: 'evil.example' })).status, 403, 'also without a token')
  t.equal((await ask('tools/list', {}, token, { 'X-Forwarded-Host': 'evil.example' })).status, 200, 'forwarded headers say nothing')
})

await t.test('a public name stands alone, with and without its default port', async t => {
  const check = createHostCheck('https://api.example.com')
  for (const host of ['api.example.com', 'API.example.com', 'api.example.com:443']) t.doesNotThrow(() => check({ host, origin: 'https://api.example.com' }), host)
  for (const host of [undefined, 'localhost', '127.0.0.1', 'api.example.com:80', 'api.example.com.', 'x.api.example.com']) t.throws(() => check({ host }), { code: 'foreign_host' }, String(host))
  t.throws(() => check({ host: 'api.example.com', origin: 'http://api.example.com' }), { code: 'foreign_origin' })
})

await t.test('bodies that are none, too large or no JSON-RPC', async t => {
  for (const [body, status] of [['{', 400], ['', 400], ['null', 400], ['"tools/list"', 400], ['[]', 400], ['{"jsonrpc":"1.0","id":1,"method":"tools/list"}', 400], ['{"__proto__":{"x":1},"jsonrpc":"2.0"}', 400], [JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { x: 'x'.repeat(70_000) } }), 413]] as const) {
    const answer = await post(body, token)
    t.equal(answer.status, status, body.slice(0, 60))
    t.equal(answer.headers['content-type']?.includes('json'), true)
  }
  t.equal((await post('{}', token, { 'Content-Type': 'text/plain' })).status, 415)
  t.equal((await post('x'.repeat(70_000))).status, 401, 'a body is not read for nobody')
})

await t.test('names that are no tools', async t => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'listClients', 'list_clients', 'GET /v1/places', '../list_places', 'LIST_PLACES', '']) {
    t.match(message((await ask('tools/call', { name, arguments: {} }, token)).body), { error: { code: -32602 } }, JSON.stringify(name))
  }
  for (const name of ['constructor', 'toString', 'hasOwnProperty', 'access_token', 'authorization']) {
    t.match(JSON.parse((await callTool('list_places', { [name]: 'x' }, token)).text), { code: 'validation_failed' }, `argument ${name}`)
  }
  const answer = await ask('tools/call', { name: 'list_places', arguments: JSON.parse('{"__proto__":{"x":1}}') as Record<string, unknown> }, token)
  t.equal(answer.status, 400, '__proto__ does not get past the body parser')
  for (const args of [[], 'x', 1]) t.match(message((await ask('tools/call', { name: 'list_places', arguments: args }, token)).body), { error: { code: -32602 } }, JSON.stringify(args))
})

/** Ends where a call with this id reaches anything but the tool's own route. */
async function staysAtItsRoute (t: Test, id: unknown): Promise<void> {
  const { status, text } = await callTool('delete_place', { id }, token)
  t.equal(status, 200)
  t.match(JSON.parse(text), { code: /^(place_not_found|validation_failed)$/ }, `id ${JSON.stringify(id)}`)
}

await t.test('arguments do not lead to another path, query or type', async t => {
  for (const id of ['..', '.', '', '../me', '../../mcp', 'a/b?x=1', 'x?access_token=y', '%2e%2e', '%2E%2E/me', '..%2fme', '.%2e', 'a#b', 'a;b', '\\..\\me', '\t..', '\u0000', '\ud800', 'x'.repeat(99), ['..', 'me'], { toString: '..' }, null, 7, true]) await staysAtItsRoute(t, id)
  t.match(JSON.parse((await callTool('get_forecast', { place: 'Seattle&days=1#', days: 2 }, token)).text), { code: 'unknown_place' }, 'a value stays a value')
  t.match(JSON.parse((await callTool('get_forecast', { place: ['Seattle', 'Paris'] }, token)).text), { code: 'validation_failed' })
})

await t.test('whatever the id is, it stays an id', async () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(fc.constantFrom('.', '..', '/', '%2e', '%2f', '\\', '?', '#', 'me', 'places', ';', ':', '@', ' '), { maxLength: 6 }).map(parts => parts.join('')))
  await fc.assert(fc.asyncProperty(text, async id => {
    const { text } = await callTool('delete_place', { id }, token)
    const { code } = JSON.parse(text) as { code: string }
    return ['place_not_found', 'validation_failed', 'not_found', 'uri_too_long'].includes(code)
  }), { numRuns: 150 })
})

await t.test('a call reaches only what its own user has', async t => {
  const saved = await callTool('create_place', { name: 'Home', latitude: 1, longitude: 1 }, token)
  const id = saved.result?.structuredContent?.['id']
  t.match(JSON.parse((await callTool('delete_place', { id }, issuer.token({ sub: 'user-bob' }))).text), { code: 'place_not_found' })
  t.match((await callTool('list_places', {}, token)).result?.structuredContent, { places: [{ id }] })
})

await t.test('a call that its own client cancels, and two calls with one id, do not hang', async t => {
  const one = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'who_am_i', arguments: {} } }
  const twice = await post([one, one], token)
  t.ok(twice.status < 500, `twice the same id: ${twice.status}`)
  const cancelled = await post([one, { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }], token)
  t.match(message(cancelled.body), { id: 1, result: {} }, 'there is nothing left to cancel')
  t.equal((await post([{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }, null], token)).status, 400)
  t.equal((await post([{ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } }], token)).status, 202)
})

await t.test('more messages in one request than are taken at once', async t => {
  const messages = (count: number) => Array.from({ length: count }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }))
  t.equal((await post(messages(10), token)).status, 200)
  const refused = await post(messages(11), token)
  t.equal(refused.status, 413)
  t.match(JSON.parse(refused.body), { code: 'payload_too_large', detail: /At most 10 messages/ })
})

await t.test('with an audience of its own, /mcp and the API take no token of the other\'s', async t => {
  const api = `${base}/`
  const mcp = `${base}/mcp`
  const issuer = await startIssuer(t, { audience: api })
  const { ask, callTool, app, url } = await startMcpApp(t, { issuer, database: house.database, env: { MCP_RESOURCE: mcp } })
  const direct = (aud: unknown) => fetch(`${url}/v1/places`, { headers: { authorization: `Bearer ${issuer.token({ aud })}` } })
  t.equal((await direct(api)).status, 200)
  t.equal((await direct(mcp)).status, 401)
  const refused = await ask('tools/list', {}, issuer.token({ aud: api }))
  t.equal(refused.status, 401)
  t.match(JSON.parse(refused.body), { code: 'invalid_token', detail: /resource="http:\/\/localhost:3000\/mcp"/ }, 'it says which resource to ask for')
  for (const aud of [[api, mcp], [mcp, 'https://else.example/'], [], `${mcp}/`]) t.equal((await ask('tools/list', {}, issuer.token({ aud }))).status, 401, JSON.stringify(aud))

  const good = issuer.token({ aud: mcp })
  t.match((await callTool('list_places', {}, good)).result?.structuredContent, { places: [] }, 'the tool reaches its route')
  t.equal((await fetch(`${url}/v1/places`, { headers: { authorization: `Bearer ${good}` } })).status, 401, 'also a token that /mcp has just seen')
  t.equal((await callTool('create_place', { name: 'x', latitude: 1, longitude: 1 }, issuer.token({ aud: mcp, scope: 'read:places' }))).status, 403, 'and is held to its permissions there')
  t.ok(app.mcpAccessTokens !== app.accessTokens)
})

await t.test('nothing that is sent from outside passes for a call from /mcp', async t => {
  const injected = await house.app.inject({ method: 'GET', url: '/v1/places' })
  t.equal(injected.statusCode, 401, 'not even a request made in the same process')
  const principal = await house.app.accessTokens.principalOf(`Bearer ${token}`, '127.0.0.1')
  const there = await house.app.callAs(principal, { method: 'GET', url: '/v1/places', route: '/v1/places' })
  t.equal(there.statusCode, 200)
  const elsewhere = await house.app.callAs(principal, { method: 'GET', url: '/v1/places/../me', route: '/v1/places' })
  t.equal(elsewhere.statusCode, 401, 'nor such a call at another route than was meant')
})

await t.test('MCP_CHALLENGE is one of two words', async t => {
  t.throws(() => loadConfig({ MCP_CHALLENGE: 'maybe' }), { name: 'ConfigError', message: 'MCP_CHALLENGE: expected "http", "result", found "maybe"' })
})
