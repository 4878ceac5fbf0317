import t from 'tap'
import { parseChallenge } from '../kit/http.js'
import { base, mcpMetadata, message, startMcpApp } from './kit.js'

const house = await startMcpApp(t)
const { issuer, ask, callTool, post, url } = house
const token = issuer.token()
const initialize = (protocolVersion: string) => ({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion, capabilities: {}, clientInfo: { name: 'old', version: '1' } } })
const toolCall = (id: number, name: string, args = {}) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })

interface Listed { name: string, title?: string, inputSchema: { properties: object, required: string[] }, outputSchema?: object, annotations: object, securitySchemes: object, _meta: object }

await t.test('tools/list says of each route what it takes, answers, needs and does', async t => {
  const { tools } = message((await ask('tools/list', {}, token)).body)['result'] as { tools: Listed[] }
  const tool = (name: string) => tools.find(one => one.name === name)
  t.match(tool('update_place'), {
    title: 'Rename or move a saved place',
    inputSchema: { type: 'object', required: ['id'], additionalProperties: false },
    outputSchema: { type: 'object', properties: { id: {} } },
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    securitySchemes: [{ type: 'oauth2', scopes: ['write:places'] }],
    _meta: { securitySchemes: [{ type: 'oauth2', scopes: ['write:places'] }] }
  })
  t.same(Object.keys(tool('update_place')?.inputSchema.properties ?? {}), ['id', 'name', 'latitude', 'longitude'], 'path and body are one')
  t.match(tool('get_forecast')?.annotations, { readOnlyHint: true, destructiveHint: false, idempotentHint: true })
  t.match(tool('create_place')?.annotations, { readOnlyHint: false, destructiveHint: false, idempotentHint: false })
  t.match(tool('delete_place')?.annotations, { readOnlyHint: false, destructiveHint: true, idempotentHint: true })
  t.equal(tool('delete_place')?.outputSchema, undefined, 'it answers nothing')
  t.same(tool('who_am_i')?.securitySchemes, [{ type: 'oauth2', scopes: [] }], 'any token will do')
  t.notOk(tools.some(one => /client/.test(one.name)), 'what only first parties may do is no tool')
})

await t.test('a tool\'s answer is its route\'s', async t => {
  const saved = await callTool('create_place', { name: 'Ångström 🌦', latitude: 1.5, longitude: -2 }, token)
  const place = saved.result?.structuredContent ?? {}
  t.match(place, { name: 'Ångström 🌦', latitude: 1.5 })
  t.same(JSON.parse(saved.text), place, 'also as text')
  t.same((await callTool('update_place', { id: place['id'], name: 'Elsewhere' }, token)).result?.structuredContent, { ...place, name: 'Elsewhere' })
  const direct = await house.call('/v1/places', token)
  t.same((await callTool('list_places', {}, token)).result?.structuredContent, await direct.json())
  t.equal((await callTool('delete_place', { id: place['id'] }, token)).text, 'The place is deleted', 'an answer without a body in words')
  t.same((await callTool('list_places', {}, token)).result?.structuredContent, { places: [] })
})

await t.test('errors of the route are results that a model can read', async t => {
  for (const [name, args, code] of [
    ['delete_place', { id: '00000000-0000-4000-8000-000000000000' }, 'place_not_found'],
    ['get_forecast', {}, 'validation_failed'],
    ['get_forecast', { place: 'Nowhere at all' }, 'unknown_place'],
    ['update_place', { id: 'x' }, 'validation_failed'],
    ['create_place', { name: '  ', latitude: 1, longitude: 1 }, 'validation_failed'],
    ['create_place', { name: 'x', latitude: '1', longitude: 1 }, 'validation_failed'],
    ['get_forecast', { place: 'Seattle', days: '3' }, 'validation_failed'],
    ['get_forecast', { place: 'Seattle', extra: 1 }, 'validation_failed']
  ] as const) {
    const { status, result, text } = await callTool(name, args, token)
    t.equal(status, 200, text)
    t.equal(result?.isError, true)
    t.match(JSON.parse(text), { code, detail: String })
    t.equal(result?.structuredContent, undefined)
  }
  t.match(JSON.parse((await callTool('get_forecast', { extra: 1 }, token)).text), { detail: /arguments\/extra/ }, 'it says which argument')
})

await t.test('no token, or a bad one: the challenge names /mcp\'s own metadata and what reading needs', async t => {
  const none = await ask('tools/list', {})
  t.equal(none.status, 401)
  t.same(parseChallenge(none.headers['www-authenticate']), { scope: 'read:weather read:places', resource_metadata: mcpMetadata })
  for (const [bad, status, error] of [[issuer.token({ exp: 1 }), 401, 'invalid_token'], [issuer.token({ aud: 'https://else.example/' }), 401, 'invalid_token'], ['a b', 400, 'invalid_request']] as const) {
    const answer = await ask('tools/list', {}, bad)
    t.equal(answer.status, status)
    t.match(parseChallenge(answer.headers['www-authenticate']), { error, resource_metadata: mcpMetadata })
  }
  t.match(await (await fetch(`${url}/.well-known/oauth-protected-resource/mcp`)).json(), { resource: `${base}/` })
})

await t.test('a missing permission is a 403 that asks for what the tool needs', async t => {
  const { status, answer } = await callTool('create_place', { name: 'x', latitude: 1, longitude: 1 }, issuer.token({ scope: 'read:weather' }))
  t.equal(status, 403)
  t.match(parseChallenge(answer.headers['www-authenticate']), { error: 'insufficient_scope', scope: 'write:places', resource_metadata: mcpMetadata })
  t.match(JSON.parse(answer.body), { code: 'insufficient_scope', required_scopes: ['write:places'] })
  t.equal((await callTool('who_am_i', {}, issuer.token({ scope: '' }))).status, 200, 'a tool without permissions needs none')
})

await t.test('older revisions are served', async t => {
  for (const version of ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05']) {
    const hello = await post(initialize(version), token)
    t.match(message(hello.body), { result: { protocolVersion: version, serverInfo: { name: 'scopegate-weather' }, capabilities: { tools: {} } } }, version)
    t.notOk(hello.headers['mcp-session-id'], 'no session')
    const headers = { 'MCP-Protocol-Version': version }
    t.equal((await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, token, headers)).status, 202)
    t.match(message((await post({ jsonrpc: '2.0', id: 2, method: 'tools/list' }, token, headers)).body), { result: { tools: [{ name: 'who_am_i' }] } })
    t.match(message((await post(toolCall(3, 'who_am_i'), token, headers)).body), { result: { structuredContent: { sub: 'user-alice' } } })
    t.equal((await post(toolCall(4, 'list_places'), issuer.token({ scope: '' }), headers)).status, 403)
  }
  t.match(message((await post(initialize('1999-01-01'), token)).body), { result: { protocolVersion: '2025-11-25' } }, 'an unknown one is offered the newest of its kind')
})

await t.test('several calls in one request (2025-03-26) have a result each, also where a permission is missing', async t => {
  const answer = await post([toolCall(1, 'who_am_i'), toolCall(2, 'list_places')], issuer.token({ scope: '' }))
  t.equal(answer.status, 200)
  const results = [...answer.body.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => JSON.parse(data) as { id: number, result: object }).sort((a, b) => a.id - b.id)
  t.match(results, [{ id: 1, result: { structuredContent: { sub: 'user-alice' } } }, { id: 2, result: { isError: true, _meta: { 'mcp/www_authenticate': [/insufficient_scope/] } } }])
})

await t.test('no other method is a way in', async t => {
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']) {
    const answer = await house.call('/mcp', token, { method })
    t.equal(answer.status, 405)
    t.equal(answer.headers.get('allow'), 'POST')
    t.match(await answer.json(), { code: 'method_not_allowed' })
  }
})

await t.test('nothing to subscribe to: no stream is held open', async t => {
  const answer = await ask('subscriptions/listen', { notifications: { toolsListChanged: true } }, token)
  t.match(message(answer.body), { error: { message: /limit/ } })
})

await t.test('MCP_CHALLENGE=result: a missing permission is told in the tool\'s result', async t => {
  const { issuer, callTool, ask } = await startMcpApp(t, { issuer: house.issuer, database: house.database, env: { MCP_CHALLENGE: 'result' } })
  const { status, result, text } = await callTool('create_place', { name: 'x', latitude: 1, longitude: 1 }, issuer.token({ scope: '' }))
  t.equal(status, 200)
  t.equal(result?.isError, true)
  t.match(JSON.parse(text), { code: 'insufficient_scope' })
  const [challenge] = result?._meta?.['mcp/www_authenticate'] as string[]
  t.match(parseChallenge(challenge), { error: 'insufficient_scope', error_description: /write:places/, scope: 'write:places', resource_metadata: mcpMetadata })
  t.equal((await ask('tools/list', {})).status, 401, 'without a token it is still a 401')
})
