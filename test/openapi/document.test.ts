import fc from 'fast-check'
import t from 'tap'
import { scopeRequirement } from '../../src/auth/scope-requirement.js'
import { operationsOf, schemasIn, type OpenApiDocument } from '../../src/openapi/document.js'
import { permissionSentence } from '../../src/openapi/permission-sentence.js'
import { isScope, scopeCatalogue, type Scope } from '../../src/scopes.js'
import { buildTestApp, noDatabase } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// What the document says in words about permissions, and that its patterns mean one thing to all readers.

const issuer = await startIssuer(t)
const app = await buildTestApp(t, {
  issuer,
  database: noDatabase,
  env: { REGISTRATION_TOKEN: 'registration-token-of-the-test' },
  extend: app => {
    const handler = async () => ({})
    const operation = (operationId: string, description?: string) => ({ operationId, ...(description === undefined ? {} : { description }) })
    app.get('/v1/any', { onRequest: app.requireScopes({ anyOf: ['read:places', 'write:places'] }), schema: operation('any', 'Either.') }, handler)
    app.get('/v1/silent', { onRequest: app.requireScopes('read:places'), schema: operation('silent') }, handler)
    app.get('/v1/organizations/:org', { onRequest: app.requireScopes({ organization: 'org' }), schema: operation('org', 'Tied.') }, handler)
  }
})
await app.ready()
const document = app.swagger() as OpenApiDocument & { components: { securitySchemes: object } }
const operations = new Map(operationsOf(document).map(({ name, operation }) => [name, operation]))

await t.test('permissions in words', async t => {
  const say = (...args: Parameters<typeof scopeRequirement>) => permissionSentence(scopeRequirement(...args))
  t.equal(say([]), 'Any valid access token will do.')
  t.equal(say(['read:places']), 'Needs the permission read:places: See your saved places.')
  t.equal(say(['read:places', 'read:weather']), 'Needs the permissions read:places (See your saved places) and read:weather (Read weather forecasts and observations).')
  t.equal(say([{ anyOf: ['read:places', 'read:weather'] }]), 'Needs one of these permissions: read:places (See your saved places); or read:weather (Read weather forecasts and observations).')
  t.equal(say(['read:places', { organization: 'org' }]), 'Needs the permission read:places: See your saved places. The access token must be for the organization "org".')
})

await t.test('every guarded operation ends with what it needs; its scopes are all named', async t => {
  t.equal(operations.get('GET /v1/any')?.description, 'Either. Needs one of these permissions: read:places (See your saved places); or write:places (Add, rename and delete your saved places).')
  t.equal(operations.get('GET /v1/silent')?.description, 'Needs the permission read:places: See your saved places.')
  t.equal(operations.get('GET /v1/organizations/:org')?.description, 'Tied. Any valid access token will do. The access token must be for the organization "org".')
  for (const route of app.routeTable) {
    const requirement = route.config?.scopeRequirement
    if (!requirement || route.method === 'HEAD' || route.schema?.hide === true) continue
    const description = operations.get(`${String(route.method)} ${route.url}`)?.description ?? ''
    t.ok(description.endsWith(permissionSentence(requirement)), route.url)
    for (const scope of requirement.alternatives.flat()) t.ok(isScope(scope) && description.includes(scope) && description.includes(scopeCatalogue[scope satisfies Scope].description), `${route.url}: ${scope}`)
  }
})

await t.test('a route tied to an organization shows what another organization\'s token is answered', async t => {
  t.match(operations.get('GET /v1/organizations/:org')?.responses?.['403'], { content: { 'application/problem+json': { example: { code: 'wrong_organization' } } } })
})

await t.test('registration without a person has a scheme of its own, where there is such a thing', async t => {
  t.match(operations.get('POST /oauth/register'), { security: [{ registration: [] }] })
  t.strictSame(Object.keys(document.components.securitySchemes), ['logto', 'registration'])
})

await t.test('property: a pattern takes the same texts with the "u" flag and without it', async t => {
  const schemas = [...operations.values()].flatMap(({ requestBody, responses = {}, parameters = [] }) => [
    ...[requestBody, ...Object.values(responses)].flatMap(part => Object.values(part?.content ?? {}).map(media => media.schema)),
    ...parameters.map(parameter => (parameter as { schema?: unknown }).schema)
  ])
  const patterns = new Set(schemas.flatMap(schema => schemasIn(document, schema)).flatMap(({ schema: { pattern } }) => typeof pattern === 'string' ? [pattern] : []))
  t.ok(patterns.size >= 2)
  // Control characters, lone surrogates, pairs, and texts near what the patterns are about.
  const units = fc.array(fc.oneof(fc.constantFrom(' ', '\u00a0', 'C', 'p', '1', '2', '-', '2015-12-01', '🏠', '\ud83c', '\udfe0', '\u0000', '\u007f', '\u0085'), fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 6 }).map(parts => parts.join(''))
  for (const pattern of patterns) {
    const [plain, unicode] = [new RegExp(pattern), new RegExp(pattern, 'u')]
    fc.assert(fc.property(units, text => plain.test(text) === unicode.test(text)), { numRuns: 2_000 })
    t.pass(pattern)
  }
})
