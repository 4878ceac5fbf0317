import { createRequire } from 'node:module'
import t from 'tap'
import { allScopes, scopeCatalogue, thirdPartyScopes } from '../../src/scopes.js'
import { metadataUrl, noDatabase, publicUrl, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// What machines and people read. Documents agree with what the routes enforce, with each other and
// with the configuration.

const issuer = await startIssuer(t)
const { app, call } = await startTestApp(t, {
  issuer, database: noDatabase, env: { OPENAI_VERIFICATION_TOKEN: 'verify-me', CONTACT_EMAIL: 'help@example.test', MCP_RESOURCE: `${publicUrl}/mcp`, DOCS_CLIENT_ID: 'docs-client' }
})
const getJson = async <T = Record<string, unknown>>(path: string) => await (await call(path)).json() as T

interface Parameter { name: string, description?: string }
interface Operation {
  operationId: string
  summary: string
  description: string
  tags: string[]
  security?: Array<Record<string, string[]>>
  parameters?: Parameter[]
  responses: Record<string, { description: string, content?: Record<string, unknown> }>
}
interface Document {
  openapi: string
  info: Record<string, unknown>
  servers: unknown[]
  tags: Array<{ name: string }>
  components: { securitySchemes: Record<string, unknown> }
  paths: Record<string, Record<string, Operation>>
}
const document = await getJson<Document>('/openapi.json')
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })))

await t.test('openapi: head of the document', async t => {
  t.match(document.openapi, /^3\.1\.\d$/)
  t.strictSame(document.servers, [{ url: publicUrl }], 'one server: the public URL')
  t.match(document.info, { title: 'Scopegate Weather', version: /^\d+\.\d+\.\d+/, contact: { email: 'help@example.test' }, termsOfService: `${publicUrl}/legal` })
  t.strictSame(Object.keys(document.components.securitySchemes), ['logto'])
  const scopes = Object.fromEntries(allScopes.map(scope => [scope, scopeCatalogue[scope].description]))
  t.match(document.components.securitySchemes['logto'], {
    type: 'oauth2',
    flows: { authorizationCode: { authorizationUrl: `${issuer.issuer}/auth`, tokenUrl: `${issuer.issuer}/token`, scopes } }
  })
})

await t.test('openapi: exactly the operations that there are, each with its own id', async t => {
  const guarded = app.routeTable.filter(route => route.method !== 'HEAD' && route.config?.scopeRequirement && route.url !== '/mcp').map(route => `${String(route.method)} ${route.url.replace(/:(\w+)/g, '{$1}')}`)
  t.strictSame(operations.map(one => one.name).sort(), guarded.sort())
  t.equal(operations.length, 13)
  const ids = operations.map(one => one.operationId)
  t.equal(new Set(ids).size, ids.length)
  t.ok(ids.every(id => /^[A-Za-z][A-Za-z0-9_]*$/.test(id)), 'ids that a model can call')
  for (const one of operations) t.ok(one.tags.every(tag => document.tags.some(known => known.name === tag)), `${one.name}: tags are declared`)
})

await t.test('openapi: security is what the route enforces, answers are those that come', async t => {
  const expected: Record<string, string[]> = {
    'GET /v1/me': [],
    'GET /v1/forecast': ['read:weather'],
    'GET /v1/observations': ['read:weather'],
    'GET /v1/places': ['read:places'],
    'POST /v1/places': ['write:places'],
    'PATCH /v1/places/{id}': ['write:places'],
    'DELETE /v1/places/{id}': ['write:places'],
    'GET /v1/clients': ['manage:clients'],
    'POST /v1/clients': ['manage:clients'],
    'GET /v1/clients/{id}': ['manage:clients'],
    'PATCH /v1/clients/{id}': ['manage:clients'],
    'DELETE /v1/clients/{id}': ['manage:clients'],
    'POST /v1/clients/{id}/secrets': ['manage:clients']
  }
  for (const { name, security, responses } of operations) {
    const scopes = expected[name]
    t.strictSame(security, [{ logto: scopes }], name)
    t.strictSame(['400', '401', '403', '503'].filter(status => !(status in responses)), [], `${name}: 400, 401, 403, 503`)
    t.ok(Object.keys(responses).some(status => status.startsWith('2')), `${name}: a success`)
    for (const [status, response] of Object.entries(responses).filter(([status]) => Number(status) >= 400)) {
      // Faults in a client's metadata are told in RFC 7591's form.
      const metadata = status === '400' && ['POST /v1/clients', 'PATCH /v1/clients/{id}'].includes(name)
      t.strictSame(Object.keys(response.content ?? {}).sort(), [...metadata ? ['application/json'] : [], 'application/problem+json'], `${name}: ${status}`)
    }
  }
})

await t.test('openapi: texts are there, and short enough for plugin stores', async t => {
  for (const { name, summary, description, parameters = [], responses } of operations) {
    t.ok(summary.length > 0 && summary.length <= 300, `${name}: summary`)
    t.ok(description.length > 0 && description.length <= 300, `${name}: description`)
    for (const parameter of parameters) t.ok((parameter.description ?? '').length > 0 && (parameter.description ?? '').length <= 700, `${name}: ${parameter.name}`)
    for (const [status, response] of Object.entries(responses)) t.notMatch(response.description, /^(Default Response)?$/, `${name}: ${status} is described`)
  }
  t.ok(tooLong(document, 300).length === 0, 'no description anywhere is longer')
})

function tooLong (value: unknown, limit: number): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => key === 'description' && typeof inner === 'string' && inner.length > limit ? [inner] : tooLong(inner, limit))
}

await t.test('openapi: every reference points to something; yaml says the same as json', async t => {
  for (const reference of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
    const target = (reference[1] ?? '').split('/').slice(1).reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], document)
    t.ok(target !== undefined, String(reference[1]))
  }
  const answer = await call('/openapi.yaml')
  t.match(answer.headers.get('content-type'), /^application\/yaml/)
  const yaml = createRequire(import.meta.resolve('@fastify/swagger'))('yaml') as { parse: (text: string) => unknown }
  t.strictSame(yaml.parse(await answer.text()), document)
})

await t.test('manifest: fields, addresses from configuration', async t => {
  const manifest = await getJson<Record<string, string> & { auth: { scope: string } }>('/.well-known/ai-plugin.json')
  t.strictSame(Object.keys(manifest).sort(), ['api', 'auth', 'contact_email', 'description_for_human', 'description_for_model', 'legal_info_url', 'logo_url', 'name_for_human', 'name_for_model', 'schema_version'])
  t.match(manifest, { schema_version: 'v1', api: { type: 'openapi', url: `${publicUrl}/openapi.json` }, logo_url: `${publicUrl}/logo.png`, contact_email: 'help@example.test', legal_info_url: `${publicUrl}/legal` })
  t.strictSame(manifest.auth, {
    type: 'oauth',
    client_url: `${issuer.issuer}/auth`,
    scope: thirdPartyScopes.join(' '),
    authorization_url: `${issuer.issuer}/token`,
    authorization_content_type: 'application/x-www-form-urlencoded',
    verification_tokens: { openai: 'verify-me' }
  })
  t.notMatch(manifest.auth.scope, /openid|manage/)
  t.notMatch(JSON.stringify(manifest), /\{\{/, 'nothing is left to fill in')
})

await t.test('protected-resource metadata: two documents, differing in their resource', async t => {
  const document = await getJson('/.well-known/oauth-protected-resource')
  t.strictSame(document, {
    resource: `${publicUrl}/`,
    authorization_servers: [issuer.issuer],
    scopes_supported: ['read:weather', 'read:places', 'write:places'],
    bearer_methods_supported: ['header'],
    resource_name: 'Scopegate Weather',
    resource_documentation: `${publicUrl}/docs`,
    resource_policy_uri: `${publicUrl}/legal`,
    resource_tos_uri: `${publicUrl}/legal`
  })
  t.strictSame(await getJson('/.well-known/oauth-protected-resource/mcp'), { ...document, resource: `${publicUrl}/mcp` })
  t.equal(metadataUrl, `${publicUrl}/.well-known/oauth-protected-resource`)
  t.equal((await call('/.well-known/oauth-protected-resource/other')).status, 404)
})

await t.test('pages: they answer as what they are, with headers that forbid scripts and frames', async t => {
  const types: Record<string, RegExp> = { '/': /^text\/html/, '/legal': /^text\/html/, '/style.css': /^text\/css/, '/logo.png': /^image\/png/, '/openapi.json': /^application\/json/, '/health/live': /^application\/json/ }
  for (const [path, type] of Object.entries(types)) {
    const answer = await call(path)
    t.equal(answer.status, 200, path)
    t.match(answer.headers.get('content-type'), type, path)
    t.match(answer.headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/, path)
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
  }
  const logo = Buffer.from(await (await call('/logo.png')).arrayBuffer())
  t.equal(logo.subarray(0, 8).toString('hex'), '89504e470d0a1a0a', 'a PNG')
})

await t.test('links and sources on the pages all answer', async t => {
  for (const page of ['/', '/legal']) {
    const html = await (await call(page)).text()
    t.notMatch(html, /\{\{|undefined|\[object/)
    const links = [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link = '']) => link)
    t.ok(links.length >= 3)
    // Without a database this app is not ready; the address is there all the same.
    for (const link of new Set(links)) t.equal((await call(link)).status, link === '/health/ready' ? 503 : 200, `${page}: ${link}`)
  }
})

await t.test('start page: issuer, resource and every askable scope with its operations', async t => {
  const html = await (await call('/')).text()
  for (const text of [issuer.issuer, `${publicUrl}/`, 'read:weather', 'write:places', 'GET /v1/forecast', 'DELETE /v1/places', 'help@example.test']) t.ok(html.includes(text), text)
  t.notMatch(html, /manage:|HEAD \//)
})

await t.test('configured values are escaped on the pages and cannot break JSON', async t => {
  // All that an address, an indicator and a token may hold and that means something in HTML, in JSON or to a template.
  const nasty = "'&$&{{scope}}`@example.test"
  const token = '"\'><script>alert(1)</script>&$&{{scope}}'
  const app = await startTestApp(t, { issuer, database: noDatabase, env: { CONTACT_EMAIL: nasty, OPENAI_VERIFICATION_TOKEN: token, API_RESOURCE: "urn:x:'><script>&$&{{scope}}" } })
  for (const page of ['/', '/legal']) {
    const html = await (await app.call(page)).text()
    t.notMatch(html, /<script/, page)
    t.match(html, /&#39;&#38;\$&#38;\{\{scope\}\}`@example/, page)
    if (page === '/') t.match(html, /urn:x:&#39;&#62;&#60;script&#62;&#38;\$&#38;\{\{scope\}\}/)
  }
  const manifest = await (await app.call('/.well-known/ai-plugin.json')).json() as { contact_email: string, auth: { verification_tokens: { openai: string } } }
  t.equal(manifest.auth.verification_tokens.openai, token)
  t.equal(manifest.contact_email, nasty)
})

await t.test('docs: Swagger UI with PKCE sign-in, for third-party scopes, talking to us and the issuer only', async t => {
  const page = await call('/docs')
  t.equal(page.status, 200)
  t.match(page.headers.get('content-type'), /^text\/html/)
  const policy = page.headers.get('content-security-policy') ?? ''
  t.match(policy, `connect-src 'self' ${issuer.endpoint}`)
  t.notMatch(policy, /script-src[^;]*unsafe|default-src[^;]*(\*|unsafe)/)
  const html = await page.text()
  for (const [, source = ''] of html.matchAll(/(?:href|src)="([^"]+)"/g)) t.equal((await call(new URL(source, 'http://x/docs/').pathname)).status, 200, source)
  const script = await (await call('/docs/static/swagger-initializer.js')).text()
  for (const text of ['docs-client', 'usePkceWithAuthorizationCodeGrant', `"resource":"${publicUrl}/"`]) t.ok(script.includes(text), text)
  t.notMatch(script, /clientSecret|openid/)
  const shown = await getJson<{ components: { securitySchemes: { logto: { flows: { authorizationCode: { scopes: object } } } } } }>('/docs/json')
  t.strictSame(Object.keys(shown.components.securitySchemes.logto.flows.authorizationCode.scopes), thirdPartyScopes)
})
