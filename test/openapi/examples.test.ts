import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { openTestDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'
import { createWeather } from '../../src/weather/service.js'

// Every operation shows what is sent and what comes back. The examples fit their schemas, and they
// are what this service answers.

interface Media { schema: Record<string, unknown>, example?: unknown }
interface Content { content?: Record<string, Media> }
interface Operation {
  operationId: string
  description: string
  parameters?: Array<{ name: string, in: string, schema: Record<string, unknown>, example?: unknown }>
  requestBody?: Content
  responses: Record<string, Content>
  'x-openai-isConsequential'?: boolean
}

const issuer = await startIssuer(t)
const database = await openTestDatabase(t)
const weather = createWeather({ source: 'observations', now: () => new Date('2026-12-01T12:00:00Z') })
const { call, url } = await startTestApp(t, { issuer, database, weather, env: { REGISTRATION_TOKEN: 'registration-token-of-the-test' } })
const { paths } = await (await call('/openapi.json')).json() as { paths: Record<string, Record<string, Operation>> }
const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, operation })))
const token = issuer.token({ sub: 'user-alice', client_id: 'weatherbot', scope: 'read:weather read:places write:places' })

// OpenAPI 3.1 schemas are JSON Schema 2020-12; formats are annotations there.
const ajv = new Ajv2020({ strict: true, formats: { uuid: /^[0-9a-f-]{36}$/ }, allowUnionTypes: true })

function examplesOf ({ name, operation }: (typeof operations)[number]) {
  const media = (place: string, { content = {} }: Content) => Object.entries(content).map(([type, one]) => ({ name: `${name}: ${place} ${type}`, ...one }))
  return [
    ...(operation.requestBody ? media('body', operation.requestBody) : []),
    ...Object.entries(operation.responses).flatMap(([status, response]) => media(status, response))
  ]
}

/** The example in the document. */
function example (name: string, status: number, type = status < 400 ? 'application/json' : 'application/problem+json'): unknown {
  return operations.find(one => one.name === name)?.operation.responses[status]?.content?.[type]?.example
}

await t.test('every body, every answer with one, and every operation\'s parameters have an example that fits', async t => {
  for (const one of operations) {
    for (const { name, schema, example } of examplesOf(one)) {
      t.not(example, undefined, `${name}: has one`)
      const fits = ajv.compile(schema)
      t.ok(fits(example), `${name}: fits (${ajv.errorsText(fits.errors)})`)
      t.notOk(fits(7), `${name}: the schema refuses something else`)
    }
    const parameters = one.operation.parameters ?? []
    const shown = parameters.filter(parameter => parameter.example !== undefined)
    t.equal(shown.length > 0, parameters.length > 0, `${one.name}: parameters`)
    for (const { name, schema, example } of shown) t.ok(ajv.validate(schema, example), `${one.name}: ${name}`)
  }
  t.equal(operations.length, 14, 'all of them, registration without a person included')
})

await t.test('what has consequences is marked: writes, and only they', async t => {
  for (const { name, method, operation } of operations) t.equal(operation['x-openai-isConsequential'], method !== 'get', name)
})

await t.test('the examples of weather and of the account are the answers, word for word', async t => {
  const query = (name: string) => new URLSearchParams((operations.find(one => one.name === name)?.operation.parameters ?? [])
    .filter(parameter => parameter.example !== undefined).map((parameter): [string, string] => [parameter.name, String(parameter.example)])).toString()
  for (const name of ['GET /v1/forecast', 'GET /v1/observations']) {
    const path = name.slice('GET '.length)
    t.strictSame(await (await call(`${path}?${query(name)}`, token)).json(), example(name, 200), name)
    t.strictSame(await (await call(`${path}?place=Seatle`, token)).json(), example(name, 404), `${name}: not known`)
  }
  const me = issuer.token({ sub: 'user-alice', client_id: 'weatherbot', scope: 'read:weather read:places' })
  t.strictSame(await (await call('/v1/me', me)).json(), example('GET /v1/me', 200))
})

await t.test('so are those of places, but for the id', async t => {
  const send = (method: string, path: string, body?: unknown) => call(path, token, { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) })
  const body = (name: string) => operations.find(one => one.name === name)?.operation.requestBody?.content?.['application/json']?.example
  const made = await (await send('POST', '/v1/places', body('POST /v1/places'))).json() as { id: string }
  const withId = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, made.id)) as unknown
  t.strictSame(made, withId(example('POST /v1/places', 201)))
  t.strictSame(await (await send('GET', '/v1/places')).json(), withId(example('GET /v1/places', 200)))
  t.strictSame(await (await send('PATCH', `/v1/places/${made.id}`, body('PATCH /v1/places/{id}'))).json(), withId(example('PATCH /v1/places/{id}', 200)))
  t.equal((await send('DELETE', `/v1/places/${made.id}`)).status, 204)
  t.strictSame(await (await send('DELETE', `/v1/places/${made.id}`)).json(), example('DELETE /v1/places/{id}', 404))
  for (let index = 0; index < 200; index++) await send('POST', '/v1/places', body('POST /v1/places'))
  t.strictSame(await (await send('POST', '/v1/places', body('POST /v1/places'))).json(), example('POST /v1/places', 409))
})

await t.test('so are the errors that every operation can answer with', async t => {
  const post = (headers: Record<string, string>, body: string) => fetch(`${url}/v1/places`, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...headers }, body })
  t.strictSame(await (await call('/v1/places', 'not one token')).json(), example('GET /v1/places', 400))
  t.strictSame(await (await call('/v1/places')).json(), example('GET /v1/places', 401))
  t.strictSame(await (await call('/v1/places', issuer.token({ scope: '' }))).json(), example('GET /v1/places', 403))
  t.strictSame(await (await call('/v1/forecast', issuer.token({ scope: '' }))).json(), example('GET /v1/forecast', 403))
  t.strictSame(await (await post({ 'content-type': 'application/json' }, 'x'.repeat(17_000))).json(), example('POST /v1/places', 413))
  t.strictSame(await (await post({ 'content-type': 'text/plain' }, 'x')).json(), example('POST /v1/places', 415))
  await issuer.stop()
  const without = await startTestApp(t, { issuer, database })
  t.strictSame(await (await without.call('/v1/places', token)).json(), example('GET /v1/places', 503))
})
