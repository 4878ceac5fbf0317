import type { CallToolResult, Tool as McpTool } from '@modelcontextprotocol/server'
import t, { type Test } from 'tap'
import type { Tool } from '../../examples/weatherbot/api/client.js'
import { Challenged } from '../../examples/weatherbot/api/failure.js'
import { createMcpClient } from '../../examples/weatherbot/api/mcp.js'
import { startMcpDouble, type McpDouble } from './mcp-double.js'

const metadata = 'https://api.example/.well-known/oauth-protected-resource/mcp'
const challenge = (status: 401 | 403, parameters: string): Response =>
  new Response('{"code":"no"}', { status, headers: { 'www-authenticate': `Bearer ${parameters}, resource_metadata="${metadata}"`, 'content-type': 'application/problem+json' } })

const forecast: McpTool = {
  name: 'get_forecast',
  title: 'Weather of the next days',
  description: 'Daily forecast',
  inputSchema: { type: 'object', properties: { place: { type: 'string', pattern: '(a+)+$' }, days: { type: 'integer', maximum: 14 } }, required: ['place'], additionalProperties: false },
  annotations: { readOnlyHint: true },
  _meta: { securitySchemes: [{ type: 'oauth2', scopes: ['read:weather'] }, { type: 'oauth2', scopes: ['other'] }] }
}
const removal: McpTool = { name: 'delete_place', description: 'Deletes', inputSchema: { type: 'object', properties: { id: { type: 'string' } } }, annotations: { destructiveHint: true } }
const text = (value: string, more: Partial<CallToolResult> = {}): CallToolResult => ({ content: [{ type: 'text', text: value }], ...more })

async function start (t: Test, double: Partial<McpDouble> = {}) {
  const house = await startMcpDouble(t, { tools: [forecast, removal], call: (name, args) => text('', { structuredContent: { name, args } }), ...double })
  const wandered: string[] = []
  const fetchAndNote: typeof fetch = async (input, init) => {
    if (!String(input).startsWith(`${house.apiUrl}/mcp`)) wandered.push(String(input))
    return await fetch(input, init)
  }
  return { ...house, wandered, client: createMcpClient({ apiUrl: house.apiUrl, fetch: fetchAndNote }) }
}

/** The challenge that a piece of work ends with. */
const found = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(() => 'no challenge', (error: unknown) => error instanceof Challenged ? [error.status, error.challenge] : error)

const the = (name: string): Tool => ({ name } as Tool)

await t.test('tools/list gives the same shape of tools as OpenAPI; tools/call gives what the tool answered', async t => {
  const { client, asked } = await start(t)
  const tools = await client.tools('the-token')
  t.strictSame(tools, [
    { name: 'get_forecast', title: 'Weather of the next days', description: 'Daily forecast', tags: [], input: { type: 'object', properties: { place: { type: 'string' }, days: { type: 'integer', maximum: 14 } }, required: ['place'], additionalProperties: false }, scopes: ['read:weather'], writes: false },
    { name: 'delete_place', title: '', description: 'Deletes', tags: [], input: { type: 'object', properties: { id: { type: 'string' } }, required: [], additionalProperties: false }, scopes: [], writes: true }
  ])
  t.strictSame(await client.call(the('get_forecast'), { place: 'Seattle', days: 3 }, 'another-token'), { name: 'get_forecast', args: { place: 'Seattle', days: 3 } })
  t.strictSame(asked, [['server/discover', 'the-token'], ['tools/list', 'the-token'], ['server/discover', 'another-token'], ['tools/call', 'another-token']].map(([method, token]) => ({ method, token })),
    'each call stands alone, with its own token')
})

await t.test('answers without structure: JSON text, other text, nothing', async t => {
  let result = text('{"a":1}')
  const { client } = await start(t, { call: () => result })
  t.strictSame(await client.call(the('x'), {}), { a: 1 })
  result = text('The place is deleted')
  t.equal(await client.call(the('x'), {}), 'The place is deleted')
  result = { content: [] }
  t.equal(await client.call(the('x'), {}), undefined)
})

await t.test('a 401 wants a sign-in and a 403 more permissions, whichever request gets it', async t => {
  let at = 'server/discover'
  let status: 401 | 403 = 401
  let parameters = 'scope="read:weather"'
  const { client } = await start(t, { instead: method => method === at ? challenge(status, parameters) : undefined })
  t.match(await found(client.tools()), [401, { scopes: ['read:weather'], resourceMetadata: metadata, error: undefined }])
  parameters = 'error="invalid_token"'
  t.match(await found(client.tools('old')), [401, { error: 'invalid_token' }])
  at = 'tools/call'
  status = 403
  parameters = 'error="insufficient_scope", scope="read:places write:places"'
  t.match(await found(client.call(the('delete_place'), {}, 'weak')), [403, { error: 'insufficient_scope', scopes: ['read:places', 'write:places'] }])
  parameters = 'error="other"'
  t.match(await found(client.call(the('delete_place'), {}, 'weak')), { name: 'Trouble' }, 'a 403 that no consent helps against')
})

await t.test('a challenge inside a result counts as one, too', async t => {
  const say = (parameters: string): CallToolResult => text('{"detail":"No."}', { isError: true, _meta: { 'mcp/www_authenticate': [`Bearer ${parameters}`] } })
  let result = say(`error="insufficient_scope", scope="read:places", resource_metadata="${metadata}"`)
  const { client } = await start(t, { call: () => result })
  t.match(await found(client.call(the('x'), {})), [403, { scopes: ['read:places'], resourceMetadata: metadata }])
  result = say('error="invalid_token"')
  t.match(await found(client.call(the('x'), {})), [401, { error: 'invalid_token' }])
})

await t.test('what a tool can\'t do is told in the API\'s words', async t => {
  let result = text('{"code":"unknown_place","detail":"There is no such place."}', { isError: true })
  const { client } = await start(t, { call: () => result })
  await t.rejects(client.call(the('x'), {}), { name: 'Trouble', message: 'The weather service says: There is no such place.' })
  result = text('No luck', { isError: true })
  await t.rejects(client.call(the('x'), {}), { message: 'The weather service says: No luck' })
  result = { content: [], isError: true }
  await t.rejects(client.call(the('x'), {}), { message: 'The weather service says: that did not work' })
})

await t.test('the token goes to /mcp and nowhere else: redirects are not followed, and nobody else is asked', async t => {
  const elsewhere = await startMcpDouble(t, { tools: [], call: () => text('') })
  for (const status of [301, 302, 303, 307, 308]) {
    for (const target of [`${elsewhere.apiUrl}/mcp`, '/other']) {
      const { client, wandered, asked } = await start(t, { instead: () => new Response(null, { status, headers: { location: target } }) })
      await t.rejects(client.tools('the-token'), { name: 'Trouble' }, `${status} to ${target}`)
      t.strictSame(wandered, [])
      // Where the SDK itself would follow, on the same server with the same method, it is stopped at once.
      if (status >= 307 && target === '/other') t.equal(asked.length, 1)
      else t.ok(asked.every(({ method }) => ['server/discover', 'initialize'].includes(method)), 'it does not get beyond the greeting')
    }
  }
  t.strictSame(elsewhere.asked, [])
})

await t.test('hostile lists: odd names, schemas without end, too many, too large', async t => {
  const deep = (levels: number): object => levels === 0 ? {} : { type: 'array', items: deep(levels - 1) }
  const odd = ['', 'a b', '../x', 'x'.repeat(65), 'tool.name', '<b>', '1st'].map(name => ({ ...forecast, name }))
  const tools: McpTool[] = [...odd, { ...forecast, name: 'deep', inputSchema: { type: 'object', properties: { x: deep(20) } } as McpTool['inputSchema'] }, { ...forecast, _meta: { securitySchemes: 'none' } }]
  const first = await start(t, { tools })
  t.match(await first.client.tools(), [{ name: 'get_forecast', scopes: [] }])
  t.equal((await first.client.tools()).length, 1)
  const many = await start(t, { tools: Array.from({ length: 101 }, (_, i) => ({ ...forecast, name: `t${i}` })) })
  await t.rejects(many.client.tools(), { message: /more than 100 tools/ })
  const large = await start(t, { tools: [{ ...forecast, description: 'x'.repeat(1024 * 1024) }] })
  await t.rejects(large.client.tools(), { message: /cannot be reached by MCP/ })
})

await t.test('a server that is none, or that is not there, is told in words', async t => {
  for (const instead of [() => new Response('<html>'), () => new Response('', { status: 502 }), () => Response.json({ jsonrpc: '2.0', id: 'other', result: {} }, { status: 404 })]) {
    const { client } = await start(t, { instead })
    await t.rejects(client.tools(), { name: 'Trouble', kind: 'unreachable', message: 'The weather service cannot be reached by MCP at the moment. Please try again later.' })
  }
  const down = await start(t, { instead: () => new Response('', { status: 502 }) })
  await t.rejects(down.client.tools(), { name: 'Trouble', status: 502 }, 'the status is there for the log')
  await t.rejects(createMcpClient({ apiUrl: 'http://127.0.0.1:1', fetch }).tools(), { name: 'Trouble' })
})

await t.test('an older server (2025-11-25, initialize) is understood, too', async t => {
  const { client, asked } = await start(t, { instead: method => method === 'server/discover' ? Response.json({ jsonrpc: '2.0', id: null, error: { code: -32601, message: 'Method not found' } }, { status: 404 }) : undefined })
  t.equal((await client.tools('the-token')).length, 2)
  t.ok(asked.some(({ method }) => method === 'initialize'))
  t.ok(asked.every(({ token }) => token === 'the-token'))
})
