import { deepStrictEqual as deepEqual } from 'node:assert'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { wrongArguments } from '../../examples/weatherbot/api/arguments.js'
import type { Args, Tool } from '../../examples/weatherbot/api/client.js'
import { isPlainPath, requestOf, type Position } from '../../examples/weatherbot/api/openapi/request.js'
import { createRestClient } from '../../examples/weatherbot/api/rest.js'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import { noDatabase } from '../kit/app.js'

const api = 'https://api.example'
const FIVE_MINUTES = 5 * 60_000

type Json = Record<string, unknown>
interface Sent { url: string, method: string, authorization: string | null, body: string | undefined }

/** An API that answers with these documents, and with `{}` to everything else; writes down what reaches it or anybody else. */
function apiWith (pages: Record<string, unknown>) {
  const sent: Sent[] = []
  let now = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input)
    sent.push({ url, method: init?.method ?? 'GET', authorization: new Headers(init?.headers).get('authorization'), body: init?.body as string | undefined })
    const page = url.startsWith(api) ? pages[url.slice(api.length)] : undefined
    if (page === null) throw new TypeError('fetch failed')
    if (page !== undefined) return typeof page === 'string' ? new Response(page) : Response.json(page)
    return Response.json({}, { status: url.includes('/.well-known/') || url.endsWith('/openapi.json') ? 404 : 200 })
  }
  const client = createRestClient({ apiUrl: api, fetch, now: () => now })
  return { client, sent, pages, later (milliseconds: number) { now += milliseconds } }
}

const operation = (operationId: string, more: Json = {}): Json => ({ operationId, ...more })
const documentOf = (paths: Json, more: Json = {}): Json => ({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...more })
const inPath = (name: string): Json => ({ name, in: 'path', required: true, schema: { type: 'string' } })
const namesOf = async (document: unknown): Promise<string[]> => (await apiWith({ '/openapi.json': document }).client.tools()).map(({ name }) => name)

async function called (document: Json, name: string, args: Args): Promise<Sent | undefined> {
  const { client, sent } = apiWith({ '/openapi.json': document })
  const tool = (await client.tools()).find(tool => tool.name === name) ?? { name } as Tool
  await client.call(tool, args, 'the-token')
  return sent.at(-1)
}

async function serviceDocuments (t: Test) {
  const config = loadConfig({ PUBLIC_URL: api, LOGTO_ENDPOINT: 'https://tenant.logto.example', WEATHER_SOURCE: 'observations' })
  const app = await buildApp(config, { database: noDatabase })
  t.teardown(async () => { await app.close() })
  await app.ready()
  return { '/openapi.json': (await app.inject('/openapi.json')).json<Json>(), '/.well-known/ai-plugin.json': (await app.inject('/.well-known/ai-plugin.json')).json<Json>() }
}

await t.test('the service\'s own document becomes tools: parameters and body as one object, scopes, reading or writing', async t => {
  const { client, sent } = apiWith(await serviceDocuments(t))
  const tools = await client.tools()
  t.strictSame(sent.map(({ url }) => url), [`${api}/.well-known/ai-plugin.json`, `${api}/openapi.json`])
  t.strictSame(tools.map(({ name, scopes, writes }) => [name, scopes, writes]), [
    ['getMe', [], false],
    ['getForecast', ['read:weather'], false],
    ['getObservations', ['read:weather'], false],
    ['listPlaces', ['read:places'], false],
    ['createPlace', ['write:places'], true],
    ['updatePlace', ['write:places'], true],
    ['deletePlace', ['write:places'], true]
  ], 'what takes permissions that the manifest does not offer to apps like this is left out')
  const update = tools.find(({ name }) => name === 'updatePlace')
  t.strictSame([Object.keys(update?.input.properties ?? {}), update?.input.required], [['id', 'name', 'latitude', 'longitude'], ['id']])
  t.match(tools[1], { title: 'Weather of the next days', tags: ['Weather'], input: { properties: { days: { type: 'integer', maximum: 14 } } } })
  t.notMatch(JSON.stringify(tools), '"pattern"', 'regular expressions from elsewhere are not run')

  await client.call(update as Tool, { id: 'a/../b?c#d', name: 'Home & "hearth"' }, 'the-token')
  t.match(sent.at(-1), { url: `${api}/v1/places/a%2F..%2Fb%3Fc%23d`, method: 'PATCH', authorization: 'Bearer the-token', body: JSON.stringify({ name: 'Home & "hearth"' }) })
  await client.call(tools[1] as Tool, { place: 'Paris, FR', days: 3 })
  t.match(sent.at(-1), { url: `${api}/v1/forecast?place=Paris%2C+FR&days=3`, method: 'GET', authorization: null, body: undefined })
  t.equal(sent.length, 4, 'the document was read once')
})

await t.test('no path parameter leads anywhere else', async t => {
  const call = { method: 'GET', base: `${api}/v2`, path: '/a/{id}/b', positions: new Map<string, Position>([['id', 'path'], ['q', 'query']]) }
  const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'./\\?#@:%2eE\t\n;{}'), maxLength: 8 }))
  fc.assert(fc.property(hostile, hostile, (id, q) => {
    let url: URL
    try {
      url = requestOf(call, { id, q }).url
    } catch {
      return // refused
    }
    deepEqual([url.origin, url.pathname.split('/').length, url.pathname.startsWith('/v2/a/'), url.pathname.endsWith('/b'), url.hash], [api, 5, true, true, ''])
    deepEqual([decodeURIComponent(url.pathname.split('/')[3] ?? ''), [...url.searchParams]], [id, [['q', q]]])
  }), { numRuns: 2000 })
  for (const id of ['', '.', '..']) t.throws(() => requestOf(call, { id }), { name: 'Trouble', message: `“${id}” cannot be the id.` })
  for (const id of ['\ud800', {}, null, undefined, ['a']]) t.throws(() => requestOf(call, { id }), { message: 'The id cannot stand in an address.' }, JSON.stringify(id))
  for (const id of ['%2e%2e', '...', 'a b']) t.equal(requestOf(call, { id }).url.pathname, `/v2/a/${encodeURIComponent(id)}/b`)
})

await t.test('a path in the document that could lead elsewhere is no path', async t => {
  t.ok(['/places', '/v1/places/{id}', '/a.b/c-d/{x_y}/~e'].every(isPlainPath))
  const hostile = ['', '/', 'places', '//evil.example/x', '/../x', '/a/../x', '/./x', '/a//b', '/%2e%2e/x', '/a\\b', '/a?b', '/a#b', '/@evil', 'https://evil.example/x', '/a;b', '/{a}{b}', '/a{b}', '/{..}', `/${'a/'.repeat(30)}`, '/.git', '/a b', '/ä']
  for (const path of hostile) {
    t.notOk(isPlainPath(path), path)
    t.strictSame(await namesOf(documentOf({ [path]: { get: operation('trap') }, '/good': { get: operation('good') } })), ['good'], path)
  }
})

await t.test('servers: only the API\'s own origin, wherever the document says it', async t => {
  const paths = { '/x': { get: operation('x') } }
  for (const servers of [undefined, [{ url: '/' }], [{ url: api }], [{ url: 'https://evil.example' }, { url: `${api}/` }], [{ url: 'https://{host}.example' }, { url: '/' }]]) {
    t.match(await called(documentOf(paths, servers === undefined ? {} : { servers }), 'x', {}), { url: `${api}/x`, authorization: 'Bearer the-token' })
  }
  t.match(await called(documentOf(paths, { servers: [{ url: '/base/' }] }), 'x', {}), { url: `${api}/base/x` })
  const foreign = ['https://evil.example', '//evil.example', 'http://api.example', 'https://api.example:8443', 'https://api.example@evil.example', 'https://user:password@api.example', `${api}/a?b`, `${api}/a#b`, `${api}//evil`, 'javascript:alert(1)', 'https://API.EXAMPLE.evil.example']
  for (const url of [...foreign, '']) {
    const { client, sent } = apiWith({ '/openapi.json': documentOf(paths, { servers: [{ url }] }) })
    if (url === '') t.match(await client.tools(), [{ name: 'x' }], 'an empty address is the document\'s own')
    else await t.rejects(client.tools(), { message: /leads to another server|does not describe/ }, url)
    t.ok(sent.every(one => one.url.startsWith(`${api}/`)))
  }
  t.strictSame(await namesOf(documentOf({
    '/a': { get: operation('a', { servers: [{ url: 'https://evil.example' }] }) },
    '/b': { servers: [{ url: 'https://evil.example' }], get: operation('b') },
    '/c': { get: operation('c', { servers: [{ url: 'https://evil.example' }, { url: '/v9' }] }) }
  })), ['c'], 'an operation with a foreign server of its own is left out')
})

await t.test('what is not listed is not called, whatever the caller believes', async t => {
  const { client, sent } = apiWith({ '/openapi.json': documentOf({ '/x': { get: operation('x'), trace: operation('t'), options: operation('o'), connect: operation('c') } }) })
  t.strictSame((await client.tools()).map(({ name }) => name), ['x'])
  for (const name of ['t', 'o', 'c', 'deleteX', 'constructor', '__proto__']) await t.rejects(client.call({ name } as Tool, {}, 'the-token'), { message: /does not offer this any more/ }, name)
  await client.call({ name: 'x' } as Tool, { unlisted: 'y' }, 'the-token')
  t.equal(sent.at(-1)?.url, `${api}/x`, 'an argument that is not described is not sent')
})

await t.test('operations that can\'t be filled in are left out, one by one', async t => {
  const body = (schema: unknown, type = 'application/json'): Json => ({ requestBody: { content: { [type]: { schema } } } })
  const deep = (levels: number): Json => levels === 0 ? { type: 'string' } : { type: 'array', items: deep(levels - 1) }
  const query = (name: string, schema: unknown): Json => ({ parameters: [{ name, in: 'query', schema }] })
  const bad: Json = {
    '/a': { get: { summary: 'no operationId' } },
    '/b': { get: operation('bad name') },
    '/c': { get: operation('header', { parameters: [{ name: 'X-Key', in: 'header', required: true }] }) },
    '/d': { post: operation('form', body({ type: 'object' }, 'application/x-www-form-urlencoded')) },
    '/e': { post: operation('list', body({ type: 'array' })) },
    '/f/{id}': { get: operation('unnamed') },
    '/g/{id}': { get: operation('optional', { parameters: [{ name: 'id', in: 'path' }] }) },
    '/h/{id}': { put: operation('twice', { parameters: [inPath('id')], ...body({ type: 'object', properties: { id: {} } }) }) },
    '/i': { get: operation('elsewhere', { parameters: [{ $ref: 'https://evil.example/parameters.json#/x' }] }) },
    '/j': { get: operation('loop', { parameters: [{ $ref: '#/components/parameters/loop' }] }) },
    '/k': { get: operation('deep', query('q', deep(20))) },
    '/l': { get: operation('wide', query('q', { type: 'object', properties: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`p${i}`, {}])) })) },
    '/m': { $ref: '#/paths/~1z', get: operation('ref') },
    '/n': { get: operation('proto', query('__proto__', {})) },
    '/y': { get: operation('good', { summary: 'again' }) }
  }
  const good = { '/z/{id}': { parameters: [inPath('id')], get: operation('good', { parameters: [{ $ref: '#/components/parameters/q' }, { name: 'X-Maybe', in: 'header' }] }) } }
  const components = { parameters: { loop: { $ref: '#/components/parameters/loop' }, q: { name: 'q', in: 'query', schema: { $ref: '#/components/schemas/Q' } } }, schemas: { Q: { type: 'integer', pattern: '(a+)+$' } } }
  const { client } = apiWith({ '/openapi.json': documentOf({ ...good, ...bad }, { components, security: [{ any: ['read:x'] }] }) })
  const tools = await client.tools()
  t.strictSame(tools.map(({ name, scopes, input }) => [name, scopes, input]), [['good', ['read:x'], {
    type: 'object', properties: { q: { type: 'integer' }, id: { type: 'string' } }, required: ['id'], additionalProperties: false
  }]], 'the first of two with the same id; references, shared parameters and the document\'s security are understood')
})

await t.test('a short document that means millions of schema parts is read at once; what uses them is left out', async t => {
  const levels = 5
  const wide = (level: number): Json => level === levels ? { type: 'string' } : { type: 'object', properties: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, { $ref: `#/components/schemas/L${level + 1}` }])) }
  const schemas = Object.fromEntries(Array.from({ length: levels + 1 }, (_, level) => [`L${level}`, wide(level)]))
  const bomb = (operationId: string): Json => ({ post: operation(operationId, { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/L0' } } } } }) })
  const document = documentOf({ '/good': { get: operation('good') }, '/bomb': bomb('bomb'), '/bomb2': bomb('bomb2') }, { components: { schemas } })
  t.ok(JSON.stringify(document).length < 15_000 && 50 ** levels > 300_000_000, 'written out it would not fit into any memory')
  t.strictSame(await namesOf(document), ['good'])
})

await t.test('scopes: all of the first alternative; an empty requirement takes none', async t => {
  const { client } = apiWith({
    '/openapi.json': documentOf({
      '/a': { get: operation('both', { security: [{ logto: ['x', 'y'] }] }) },
      '/b': { get: operation('either', { security: [{ logto: ['x'] }, { logto: ['y'] }] }) },
      '/c': { get: operation('public', { security: [] }) }
    }, { security: [{ logto: ['z'] }] })
  })
  t.strictSame((await client.tools()).map(({ scopes }) => scopes), [['x', 'y'], ['x'], []])
})

await t.test('documents that are none, are too large or say too much are refused', async t => {
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`/p${i}`, { get: operation(`o${i}`) }]))
  const cases: Array<[unknown, RegExp]> = [
    ['<html>', /does not describe what it can do/], [{ swagger: '2.0', paths: {} }, /does not describe/], [[], /does not describe/],
    [documentOf({ '/x': [] as unknown as Json }), /does not describe/], [documentOf(many), /more than 100 operations/],
    [JSON.stringify(documentOf({})) + ' '.repeat(1024 * 1024), /cannot be reached/], ['['.repeat(100_000), /does not describe/]
  ]
  for (const [document, message] of cases) await t.rejects(apiWith({ '/openapi.json': document }).client.tools(), { name: 'Trouble', message }, String(message))
})

await t.test('the manifest says where the document is, but not on another server', async t => {
  const document = documentOf({ '/x': { get: operation('x', { security: [{ a: ['one', 'two'] }] }) }, '/y': { get: operation('y') } })
  const manifest = (url: string, scope?: string): Json => ({ auth: { scope }, api: { type: 'openapi', url } })
  const own = apiWith({ '/.well-known/ai-plugin.json': manifest('/other.json', 'two  one'), '/other.json': document })
  t.strictSame((await own.client.tools()).map(({ name }) => name), ['x', 'y'])
  const fewer = apiWith({ '/.well-known/ai-plugin.json': manifest(`${api}/other.json`, 'one'), '/other.json': document })
  t.strictSame((await fewer.client.tools()).map(({ name }) => name), ['y'], 'a permission that nobody offers is not worth a try')
  for (const url of ['https://evil.example/openapi.json', '//evil.example/x', 'http://api.example/openapi.json']) {
    const { client, sent } = apiWith({ '/.well-known/ai-plugin.json': manifest(url), '/openapi.json': document })
    await t.rejects(client.tools(), { message: /points to another server/ }, url)
    t.equal(sent.length, 1, 'and nothing is read there')
  }
  for (const broken of [{}, 'no JSON', { auth: {}, api: { type: 'graphql', url: '/graphql' } }]) {
    t.equal((await apiWith({ '/.well-known/ai-plugin.json': broken, '/openapi.json': document }).client.tools()).length, 2, 'without a manifest the usual place is tried')
  }
})

await t.test('the document is read once for many, again after five minutes, and kept when that fails', async t => {
  const { client, sent, pages, later } = apiWith({ '/openapi.json': documentOf({ '/x': { get: operation('x') } }) })
  await Promise.all([client.tools(), client.tools(), client.call({ name: 'x' } as Tool, {})])
  t.equal(sent.length, 3)
  later(FIVE_MINUTES - 1)
  await client.tools()
  t.equal(sent.length, 3)
  pages['/openapi.json'] = documentOf({ '/v2/x': { get: operation('x') } })
  later(1)
  await client.call({ name: 'x' } as Tool, {})
  t.equal(sent.at(-1)?.url, `${api}/v2/x`, 'the API has moved it')
  later(FIVE_MINUTES)
  pages['/openapi.json'] = null
  t.equal((await client.tools())[0]?.name, 'x')
  pages['/openapi.json'] = documentOf({})
  t.strictSame(await client.tools(), [], 'a failure is not kept')
  const down = apiWith({ '/openapi.json': null })
  await t.rejects(down.client.tools(), { message: /cannot be reached/ })
  down.pages['/openapi.json'] = documentOf({})
  t.strictSame(await down.client.tools(), [])
})

await t.test('arguments are held against the description, without converting anything', async t => {
  const tool = { name: 'x', input: { type: 'object', properties: { n: { type: 'integer', maximum: 14 }, s: { type: 'string', minLength: 1 } }, required: ['s'], additionalProperties: false } } as unknown as Tool
  t.equal(wrongArguments(tool, { s: 'a', n: 14 }), undefined)
  for (const [args, words] of [[{}, /required property 's'/], [{ s: 'a', n: '3' }, /n must be integer/], [{ s: 'a', n: 15 }, /n must be <= 14/], [{ s: 'a', evil: 1 }, /“evil” must NOT have additional/], [{ s: '' }, /s must NOT have fewer/]] as Array<[Args, RegExp]>) {
    t.match(wrongArguments(tool, args), words)
  }
  t.throws(() => wrongArguments({ ...tool, input: { ...tool.input, properties: { n: { minimum: 'x' } } } }, {}), { name: 'Trouble' }, 'a schema that is none')
})
