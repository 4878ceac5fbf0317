import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { mergeSchemas } from '../../src/mcp/json-schema.js'
import { toolRequest } from '../../src/mcp/tool-request.js'
import { buildTestApp, noDatabase } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'
import { message } from './kit.js'

const issuer = await startIssuer(t)
const object = (properties: object, more = {}) => ({ type: 'object', properties, additionalProperties: false, ...more })

await t.test('params, query and body become one schema', async t => {
  const { schema, places } = mergeSchemas({
    params: object({ id: { type: 'string' } }, { required: ['id'] }),
    query: object({ dry: { type: 'boolean' } }),
    body: object({ name: { type: 'string' } }, { required: ['name'], minProperties: 1 })
  })
  t.same(schema, object({ id: { type: 'string' }, dry: { type: 'boolean' }, name: { type: 'string' } }, { required: ['id', 'name'] }))
  t.same([...places], [['id', 'params'], ['dry', 'query'], ['name', 'body']])
  t.same(toolRequest('/v1/things/:id', places, { name: 'n', dry: true, id: 'a/b?c' }), { url: '/v1/things/a%2Fb%3Fc?dry=true', payload: { name: 'n' } })
  t.same(mergeSchemas({}).schema, object({}, { required: [] }))
})

await t.test('whatever the values are, path and query give back those very values', async () => {
  const places = new Map([['id', 'params'], ['part', 'params'], ['q', 'query']] as const)
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme' }), (id, part, q) => {
    let url
    try {
      url = toolRequest('/v1/:id/x/:part', places, { id, part, q }).url
    } catch {
      return ['', '.', '..'].includes(id) || ['.', '..'].includes(part)
    }
    const parsed = new URL(url, 'http://localhost')
    const [, v1, first, x, second, ...rest] = parsed.pathname.split('/')
    return v1 === 'v1' && x === 'x' && rest.length === 0 && decodeURIComponent(first ?? '') === id && decodeURIComponent(second ?? '') === part && parsed.searchParams.get('q') === q
  }))
})

/** Fails unless the app does not start, with this message. */
async function stopsTheBoot (t: Test, message: RegExp, extend: (app: FastifyInstance) => unknown): Promise<void> {
  const app = await buildTestApp(t, { issuer, database: noDatabase, extend })
  await t.rejects(async () => app.ready(), { message }, message.source)
}

await t.test('a route that can be no tool stops the boot and is named', async t => {
  const route = (app: FastifyInstance, url: string, name: string, schema = {}, more = {}) => app.route({
    method: 'POST', url, onRequest: app.requireScopes('read:places'), config: { tool: { name } }, schema: { hide: true, ...schema }, handler: async () => null, ...more
  })
  const id = { type: 'string' }
  const params = object({ id }, { required: ['id'] })
  await stopsTheBoot(t, /^POST \/x can't be a tool: it needs a permission that third parties can't be given$/, app => route(app, '/x', 'x', {}, { onRequest: app.requireScopes({ anyOf: ['manage:clients', 'manage:agents'] }) }))
  await stopsTheBoot(t, /^POST \/x\/:id can't be a tool: "id" stands both in params and in body$/, app => route(app, '/x/:id', 'x', { params, body: object({ id }) }))
  await stopsTheBoot(t, /^POST \/x can't be a tool: "id" stands both in query and in body$/, app => route(app, '/x', 'x', { querystring: object({ id }), body: object({ id }) }))
  await stopsTheBoot(t, /^POST \/x can't be a tool: body is no object with properties$/, app => route(app, '/x', 'x', { body: { type: 'array', items: id } }))
  await stopsTheBoot(t, /^POST \/x can't be a tool: body has "anyOf", which can't be merged/, app => route(app, '/x', 'x', { body: object({ id }, { anyOf: [{ required: ['id'] }] }) }))
  await stopsTheBoot(t, /^POST \/x\/:id can't be a tool: params does not require "id"/, app => route(app, '/x/:id', 'x'))
  await stopsTheBoot(t, /^POST \/x\/:id can't be a tool: params does not require "id"/, app => route(app, '/x/:id', 'x', { params: object({ id }) }))
  await stopsTheBoot(t, /^POST \/x\/:id.json can't be a tool: a path with wildcards/, app => route(app, '/x/:id.json', 'x', { params }))
  await stopsTheBoot(t, /^POST \/x\/\* can't be a tool: a path with wildcards/, app => route(app, '/x/*', 'x'))
  await stopsTheBoot(t, /^POST \/x can't be a tool: the tool name "a b" is not/, app => route(app, '/x', 'a b'))
  await stopsTheBoot(t, /^POST \/x and GET \/v1\/places are both the tool "list_places"$/, app => route(app, '/x', 'list_places'))
  await stopsTheBoot(t, /^PUT\|POST \/x can't be a tool: a tool has one method$/, app => route(app, '/x', 'x', {}, { method: ['PUT', 'POST'] }))
  await stopsTheBoot(t, /^POST \/x can't be a tool: a public route needs no tool$/, app => route(app, '/x', 'x', {}, { onRequest: [], config: { public: true, tool: { name: 'x' } } }))
})

await t.test('what a route declares is what its tool says, any-of and method included', async t => {
  const app = await buildTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      const guarded = { onRequest: app.requireScopes() }
      app.put('/x', { onRequest: app.requireScopes({ anyOf: ['read:places', 'write:places'] }), config: { tool: { name: 'put_x' } }, schema: { hide: true, response: { 200: { type: 'array', items: {} } } } }, async () => [1])
      app.get('/odd', { ...guarded, config: { tool: { name: 'odd' } }, schema: { hide: true, response: { 200: { type: 'object', properties: {} } } } }, async (_request, reply) => reply.type('text/plain').send('a secret thing'))
      app.get('/broken', { ...guarded, config: { tool: { name: 'broken' } }, schema: { hide: true } }, async () => { throw new Error('a secret thing') })
    }
  })
  const post = async (method: string, params = {}) => await app.inject({ method: 'POST', url: '/mcp', headers: { host: 'api.example.test', accept: 'application/json, text/event-stream', authorization: `Bearer ${issuer.token({ scope: 'read:weather' })}` }, payload: { jsonrpc: '2.0', id: 1, method, params } })
  const { result } = message((await post('tools/list')).body) as { result: { tools: Array<{ name: string, outputSchema?: object }> } }
  const tool = result.tools.find(({ name }) => name === 'put_x')
  t.match(tool, {
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
    securitySchemes: [{ type: 'oauth2', scopes: ['read:places'] }, { type: 'oauth2', scopes: ['write:places'] }]
  })
  t.equal(tool?.outputSchema, undefined, 'an answer that is no object is text only')
  const call = await post('tools/call', { name: 'put_x' })
  t.equal(call.statusCode, 403)
  t.match(call.headers['www-authenticate'], /scope="read:places"/, 'the first alternative')
  for (const name of ['odd', 'broken']) {
    const { body } = await post('tools/call', { name })
    t.match(message(body), { result: { isError: true, content: [{ text: /"code":"internal_error"/ }] } }, `${name}: a fault of ours is said to be one`)
    t.notMatch(body, /secret/, 'and nothing more')
  }
})
