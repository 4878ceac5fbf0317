import { Type } from '@sinclair/typebox'
import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import fc from 'fast-check'
import t from 'tap'
import { actionFaults, actionLimits } from '../../src/openapi/action-limits.js'
import type { OpenApiDocument, OpenApiOperation } from '../../src/openapi/document.js'
import { MAX_ADDRESSES_LENGTH } from '../../src/clients/metadata.js'
import { MAX_CLIENTS } from '../../src/clients/service.js'
import { MAX_REDIRECT_URIS } from '../../src/clients/redirect-uris.js'
import { MAX_PLACES } from '../../src/places/service.js'
import { MAX_LIMIT } from '../../src/weather/query.js'
import { clientExample } from '../../routes/examples/clients.js'
import { buildTestApp, noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// What GPT Actions take: a route that breaks a limit stops the boot and is named; an answer that is
// too long is a problem; the answers that there are stay below.

const issuer = await startIssuer(t)
const handler = async () => ({ x: 1 })
const text = (length: number) => 'x'.repeat(length)
const answer = (schema: unknown): OpenApiOperation => ({ responses: { 200: { content: { 'application/json': { schema } } } } })

function faultsOf (operation: OpenApiOperation, document: OpenApiDocument = {}): string[] {
  return actionFaults({ servers: [{}], paths: { '/v1/x/{id}': { post: { operationId: 'x', ...operation } } }, ...document })
}

/** Boots the whole app with one route more. */
async function boot (schema: Record<string, unknown>, add = (app: FastifyInstance, options: RouteShorthandOptions) => { app.post('/v1/x', options, handler) }): Promise<void> {
  const app = await buildTestApp(t, { issuer, database: noDatabase, extend: app => add(app, { onRequest: app.requireScopes('read:weather'), schema: { operationId: 'x', ...schema } }) })
  await app.ready()
}

await t.test('a route that breaks a limit stops the boot and is named', async t => {
  // " Needs the permission read:weather: Read weather forecasts and observations."
  const sentence = 76
  await t.resolves(boot({ description: text(300 - sentence) }), '300 characters, with the sentence about the permission')
  await t.rejects(boot({ description: text(301 - sentence) }), { message: 'POST /v1/x: description, with the sentence about its permissions, has 301 characters; GPT Actions take 300' })
  await t.resolves(boot({ summary: text(300) }))
  await t.rejects(boot({ summary: text(301) }), { message: 'POST /v1/x: summary has 301 characters; GPT Actions take 300' })
  await t.resolves(boot({ querystring: Type.Object({ q: Type.String({ description: text(700) }) }) }))
  await t.rejects(boot({ querystring: Type.Object({ q: Type.String({ description: text(701) }) }) }), { message: 'POST /v1/x: description of "q" has 701 characters; GPT Actions take 700' })
  await t.rejects(boot({ body: Type.Object({ a: Type.Array(Type.Object({ b: Type.String({ description: text(701) }) })) }) }), { message: 'POST /v1/x: description of body/a/b has 701 characters; GPT Actions take 700' })
  await t.rejects(boot({ headers: Type.Object({ 'x-key': Type.String() }) }), { message: 'POST /v1/x: needs the header "x-key"; GPT Actions can\'t send one' })
  await t.resolves(boot({ headers: Type.Object({ 'x-key': Type.Optional(Type.String()) }) }), 'one that need not be sent')
  await t.rejects(boot({ operationId: undefined }), { message: 'POST /v1/x: has no operationId' })
  await t.rejects(boot({ operationId: 'two words' }), /POST \/v1\/x: operationId "two words" is not a name/)
  await t.rejects(boot({ operationId: 'getMe' }), { message: 'POST /v1/x: has the same operationId "getMe" as GET /v1/me' })
  await t.rejects(boot({ response: { 200: Type.Object({ all: Type.Array(Type.String()) }) } }), { message: 'POST /v1/x: answer 200 has a list without maxItems (/all); GPT Actions take answers of fewer than 100000 characters' })
  await t.rejects(boot({ servers: [{ url: 'https://other.example' }] }), { message: 'POST /v1/x: has servers of its own; GPT Actions take one for the whole document' })
})

await t.test('the limits hold for first-party and public routes, too, and name every fault; hidden routes are free', async t => {
  await t.rejects(boot({ summary: text(301), description: text(300) }, (app, { schema }) => app.put('/v1/y/:id', { schema, onRequest: app.requireScopes('manage:clients') }, handler)), { message: /^PUT \/v1\/y\/:id: summary has 301[^\n]*\nPUT \/v1\/y\/:id: description, with [^\n]* has 3\d\d[^\n]*$/ })
  await t.rejects(boot({ summary: text(301) }, (app, { schema }) => app.get('/v1/y', { schema, config: { public: true } }, handler)), /^GET \/v1\/y: summary has 301/)
  await t.resolves(boot({ summary: text(301), hide: true }, (app, { schema }) => app.get('/v1/y', { schema, config: { public: true } }, handler)))
})

await t.test('one server', async t => {
  t.strictSame(actionFaults({ servers: [{}] }), [])
  t.strictSame(actionFaults({ servers: [{}, {}] }), ['the document has 2 servers; GPT Actions take one'])
  t.strictSame(actionFaults({}), ['the document has 0 servers; GPT Actions take one'])
})

await t.test('lists are found wherever they are, behind references, too', async t => {
  const list = { type: 'array', items: { type: 'string' } }
  for (const [name, schema] of Object.entries({
    root: list,
    'in a list': { type: 'array', maxItems: 2, items: list },
    'in an alternative': { anyOf: [{ type: 'string' }, { properties: { a: list } }] },
    'or null': { type: ['array', 'null'], items: {} },
    'in whatever else is there': { type: 'object', additionalProperties: list },
    referenced: { $ref: '#/components/schemas/list' }
  })) t.equal(faultsOf(answer(schema), { components: { schemas: { list } } }).length, 1, name)
  for (const [name, schema] of Object.entries({
    bounded: { ...list, maxItems: 3 },
    tuple: { type: 'array', prefixItems: [{}, {}], items: false },
    'no schema': undefined,
    'anything goes': true,
    'a reference to itself': { $ref: '#/components/schemas/self' },
    'a reference to nothing': { $ref: '#/components/schemas/none' }
  })) t.strictSame(faultsOf(answer(schema), { components: { schemas: { self: { properties: { again: { $ref: '#/components/schemas/self' } } } } } }), [], name)
  t.strictSame(faultsOf({ responses: { 400: answer(list).responses?.[200] ?? {} } }), [], 'errors are short by themselves')
})

await t.test('property: a text is refused exactly when it is longer than its limit', async t => {
  fc.assert(fc.property(fc.nat(1_000), fc.constantFrom('summary', 'description'), (length, part) =>
    faultsOf({ [part]: text(length) }).length === (length > actionLimits.operationText ? 1 : 0)))
  fc.assert(fc.property(fc.nat(1_500), length =>
    faultsOf({ parameters: [{ name: 'q', in: 'query', description: text(length) }] }).length === (length > actionLimits.parameterText ? 1 : 0)))
  t.pass('for all lengths tried')
})

await t.test('an answer of 100,000 characters is a problem, one less is sent', async t => {
  const sizes = { '/v1/fits': actionLimits.answer - 1, '/v1/too-long': actionLimits.answer, '/v1/buffer': actionLimits.answer }
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      const options = (operationId: string) => ({ onRequest: app.requireScopes('read:weather'), schema: { operationId } })
      app.get('/v1/fits', options('fits'), async () => text(sizes['/v1/fits']))
      app.get('/v1/too-long', options('tooLong'), async () => text(sizes['/v1/too-long']))
      app.get('/v1/buffer', options('buffer'), async () => Buffer.from(text(sizes['/v1/buffer'])))
      app.get('/v1/page', { config: { public: true }, schema: { hide: true } }, async () => text(200_000))
    }
  })
  const token = issuer.token()
  t.equal((await (await call('/v1/fits', token)).text()).length, actionLimits.answer - 1)
  for (const path of ['/v1/too-long', '/v1/buffer']) {
    const answer = await call(path, token)
    t.equal(answer.status, 500, path)
    t.equal(answer.headers.get('content-type'), 'application/problem+json')
    t.match(await answer.json(), { code: 'answer_too_large', detail: 'The answer would have 100000 characters, and fewer than 100000 is what agents take; ask for less.' })
  }
  t.equal((await (await call('/v1/page')).text()).length, 200_000, 'pages for people may be longer')
})

await t.test('the longest lists that there can be stay below', async t => {
  // A name of 100 characters of two code units each; a quote or a back slash becomes two characters in JSON.
  const place = { id: text(36), name: '🏠'.repeat(100), latitude: -12.345678901234567, longitude: -123.45678901234567 }
  const longest = { ...place, name: '"'.repeat(100) }
  for (const one of [place, longest]) t.ok(JSON.stringify({ places: Array(MAX_PLACES).fill(one) }).length < actionLimits.answer, 'places')
  const client = { ...clientExample, client_name: text(50), scope: 'read:weather read:places write:places', token_endpoint_auth_method: 'client_secret_basic', previous_secret_expires_at: 1795625714, tos_uri: '', policy_uri: '', logo_uri: '' }
  const addresses = [text(MAX_ADDRESSES_LENGTH), ...Array<string>(MAX_REDIRECT_URIS - 1).fill('')]
  t.ok(JSON.stringify({ clients: Array(MAX_CLIENTS).fill({ ...client, redirect_uris: addresses }) }).length < actionLimits.answer, 'clients')
  const { call } = await startTestApp(t, { issuer, database: noDatabase })
  const days = await call(`/v1/observations?place=Seattle&limit=${MAX_LIMIT}`, issuer.token())
  const body = await days.text()
  t.equal((JSON.parse(body) as { days: unknown[] }).days.length, MAX_LIMIT)
  t.ok(body.length < actionLimits.answer * 0.7, 'observations')
})
