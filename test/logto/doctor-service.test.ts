import t from 'tap'
import { changeJson } from './doctor-front.js'
import { examine, resultOf, startHouse, statuses } from './doctor-house.js'

// `scopegate logto doctor` where the service is at fault, or what stands before it: down, configured
// otherwise, its documents spoilt on their way, and tokens that are taken or refused wrongly.

const house = await startHouse(t)
const { front, publicUrl, tenant } = house
const healthy = await house.examine()
t.equal(healthy.code, 0)

const documents = ['openapi-document', 'resource-metadata', 'mcp-resource-metadata', 'legal-page', 'logo', 'plugin-manifest']
const needsService = ['service-ready', ...documents, 'manifest-scope', 'chatgpt-domain', 'machine-token', 'foreign-token']
const skipped = (ids: string[]) => Object.fromEntries(ids.map(id => [id, 'skip']))

await t.test('the service is down', async t => {
  await front.stop()
  const down = await house.examine()
  await front.listen()
  t.strictSame(statuses(down, healthy), { 'service-reachable': 'fail', ...skipped(needsService) })
  t.match(resultOf(down, 'service-reachable'), { detail: /the connection failed \(ECONNREFUSED\)/, remedy: /Start the service/ })
  t.equal(down.code, 1)
})

await t.test('something else answers at PUBLIC_URL', async t => {
  front.tamper('*', answer => ({ ...answer, status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<h1>Welcome</h1>') }))
  const other = await house.examine()
  front.honest()
  t.strictSame(statuses(other, healthy), { 'service-reachable': 'fail', ...skipped(needsService) })
  t.match(resultOf(other, 'service-reachable'), { detail: /not as this service does/, remedy: /PUBLIC_URL/ })
})

await t.test('it is not ready', async t => {
  front.tamper('/health/ready', answer => ({ ...answer, status: 503, body: Buffer.from('{"status":"unavailable","checks":{"database":"ok","keys":"unavailable"}}') }))
  const unready = await house.examine()
  front.honest()
  t.strictSame(statuses(unready, healthy), { 'service-ready': 'fail', ...skipped(['machine-token', 'foreign-token']) })
  t.match(resultOf(unready, 'service-ready'), { detail: /status 503; lacking: keys\./, remedy: /LOGTO_ENDPOINT/ })
})

await t.test('a document that does not arrive is found by its own check', async t => {
  const paths: Record<string, string> = {
    'openapi-document': '/openapi.json',
    'resource-metadata': '/.well-known/oauth-protected-resource',
    'mcp-resource-metadata': '/.well-known/oauth-protected-resource/mcp',
    'plugin-manifest': '/.well-known/ai-plugin.json',
    'legal-page': '/legal',
    logo: '/logo.png'
  }
  const spoilt: Array<[string, Parameters<typeof front.tamper>[1], RegExp]> = [
    ['404', answer => ({ ...answer, status: 404 }), /status 404 instead of 200/],
    ['a redirect', answer => ({ ...answer, status: 302, headers: { location: `${publicUrl}/elsewhere` } }), /a redirect \(status 302\) to http:\/\/localhost:\d+\/elsewhere, which is not followed/],
    ['another type', answer => ({ ...answer, headers: { 'content-type': 'text/plain' } }), /content type text\/plain/],
    ['too large', answer => ({ ...answer, body: Buffer.alloc(1024 * 1024 + 1, ' ') }), /larger than 1048576 bytes/]
  ]
  for (const id of documents) {
    for (const [name, tamper, words] of spoilt) {
      front.tamper(paths[id] ?? '', tamper)
      const found = await house.examine()
      front.honest()
      t.strictSame(statuses(found, healthy), { [id]: 'fail', ...(id === 'plugin-manifest' ? skipped(['manifest-scope', 'chatgpt-domain']) : {}) }, `${id}: ${name}`)
      t.match(resultOf(found, id), { detail: words, remedy: /what stands before the service/ })
    }
  }
  t.notOk(front.requests.some(request => request.includes('elsewhere')), 'no redirect was followed')
})

await t.test('JSON that is none', async t => {
  for (const body of ['', '{', '[]', 'null', '"x"', '\u0000']) {
    front.tamper('/openapi.json', answer => ({ ...answer, body: Buffer.from(body) }))
    const found = await house.examine()
    front.honest()
    t.strictSame(statuses(found, healthy), { 'openapi-document': 'fail' }, JSON.stringify(body))
    t.match(resultOf(found, 'openapi-document').detail, /not a JSON object/)
  }
})

await t.test('documents that say something else than the configuration', async t => {
  const cases: Array<[string, string, Record<string, unknown>, RegExp, RegExp]> = [
    ['resource-metadata', '/.well-known/oauth-protected-resource', { resource: publicUrl }, /names the resource "http:\/\/localhost:\d+", the configuration "http:\/\/localhost:\d+\/"/, /API_RESOURCE/],
    ['resource-metadata', '/.well-known/oauth-protected-resource', { authorization_servers: [`${tenant.issuer}/`] }, /names the authorization servers "[^"]+\/"/, /LOGTO_ENDPOINT/],
    ['resource-metadata', '/.well-known/oauth-protected-resource', { authorization_servers: [tenant.issuer, 'https://evil.example'] }, /evil\.example/, /LOGTO_ENDPOINT/],
    ['resource-metadata', '/.well-known/oauth-protected-resource', { authorization_servers: null }, /names the authorization servers/, /LOGTO_ENDPOINT/],
    ['openapi-document', '/openapi.json', { servers: [{ url: 'http://localhost:1' }] }, /names the server "http:\/\/localhost:1"/, /PUBLIC_URL/],
    ['openapi-document', '/openapi.json', { openapi: '2.0' }, /no OpenAPI 3/, /what stands before the service/],
    ['plugin-manifest', '/.well-known/ai-plugin.json', { api: { url: 'http://localhost:1/openapi.json' } }, /API document "http:\/\/localhost:1/, /PUBLIC_URL/],
    ['manifest-scope', '/.well-known/ai-plugin.json', { auth: { scope: 'read:weather openid', client_url: publicUrl, authorization_url: publicUrl } }, /asks for "openid"/, /manifest\/ai-plugin\.json/],
    ['manifest-scope', '/.well-known/ai-plugin.json', { auth: { scope: ' ', client_url: publicUrl, authorization_url: publicUrl } }, /names no scope/, /manifest\/ai-plugin\.json/]
  ]
  for (const [id, path, change, words, remedy] of cases) {
    front.tamper(path, changeJson(body => ({ ...body, ...change })))
    const found = await house.examine()
    front.honest()
    t.strictSame(statuses(found, healthy), { [id]: 'fail', ...(id === 'plugin-manifest' ? skipped(['manifest-scope', 'chatgpt-domain']) : {}) }, id)
    t.match(resultOf(found, id), { detail: words, remedy })
    t.equal(found.code, 1)
  }
})

await t.test('ChatGPT: OAuth addresses on another domain', async t => {
  const auth = { scope: 'read:weather', client_url: 'https://tenant.logto.app/oidc/auth', authorization_url: 'https://tenant.logto.app/oidc/token' }
  front.tamper('/.well-known/ai-plugin.json', changeJson(body => ({ ...body, auth })))
  const found = await house.examine()
  front.honest()
  t.strictSame(statuses(found, healthy), { 'chatgpt-domain': 'warn' })
  t.match(resultOf(found, 'chatgpt-domain'), { detail: /"tenant\.logto\.app".*same registrable domain as the API \("localhost"\)/, remedy: /OAUTH_FRONT_DOOR=on/ })
  t.equal(found.code, 0)
})

await t.test('ChatGPT: the OAuth front door', async t => {
  const on = { OAUTH_FRONT_DOOR: 'on' }
  const closed = await house.examine(on)
  t.strictSame(statuses(closed, healthy), { 'chatgpt-domain': 'fail' }, 'the running service knows nothing of it')
  t.match(resultOf(closed, 'chatgpt-domain'), { detail: /OAUTH_FRONT_DOOR is on, but the manifest names ".*\/oidc\/auth"/, remedy: /start it again/ })
  await house.serve(on)
  const open = await house.examine(on)
  const withoutDefault = await house.whileChanged(data => { for (const resource of Object.values(data.resources)) resource.isDefault = false }, on)
  await house.serve()
  t.strictSame(statuses(open, healthy), {})
  t.match(resultOf(open, 'chatgpt-domain').detail, /names the OAuth front door/)
  t.strictSame(statuses(withoutDefault, healthy), {}, 'a default API is not needed')
  t.match(resultOf(withoutDefault, 'default-api').detail, /need not be: the OAuth front door/)
})

await t.test('a token that the API should take, and does not; and the other way round', async t => {
  const me = (status: number, headers: Record<string, string>, body: string) => front.tamper('/v1/me', answer => ({ ...answer, status, headers, body: Buffer.from(body) }))
  me(401, { 'www-authenticate': 'Bearer error="invalid_token", error_description="The access token is for another audience."' }, '')
  const refused = await house.examine()
  t.strictSame(statuses(refused, healthy), { 'machine-token': 'fail' })
  t.match(resultOf(refused, 'machine-token'), { detail: /answers 401 .*: "The access token is for another audience\."/, remedy: /API_RESOURCE and LOGTO_ENDPOINT/ })

  me(503, { 'retry-after': '5' }, '{}')
  const keyless = await house.examine()
  t.strictSame(statuses(keyless, healthy), { 'machine-token': 'fail', 'foreign-token': 'fail' })
  t.match(resultOf(keyless, 'machine-token').remedy, /keys of Logto/)

  me(200, { 'content-type': 'application/json' }, JSON.stringify({ sub: 'x', clientId: tenant.credentials.appId, scopes: [] }))
  const open = await house.examine()
  t.strictSame(statuses(open, healthy), { 'foreign-token': 'fail' })
  t.match(resultOf(open, 'foreign-token'), { detail: /answers 200 instead of 401/, remedy: /must never get in/ })

  me(200, { 'content-type': 'application/json' }, '{"clientId":"somebody-else"}')
  const mixed = await house.examine()
  t.strictSame(statuses(mixed, healthy), { 'machine-token': 'fail', 'foreign-token': 'fail' })
  t.match(resultOf(mixed, 'machine-token').detail, /"somebody-else"/)
  front.honest()
})

await t.test('what is sent to the service with the foreign token opens nothing at Logto', async t => {
  const { default: http } = await import('node:http')
  const tokens: string[] = []
  const server = http.createServer((request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token !== undefined) tokens.push(token)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => { server.close() })
  const { port } = server.address() as { port: number }
  await examine({ ...house.env, PUBLIC_URL: `http://127.0.0.1:${port}`, API_RESOURCE: `${publicUrl}/` })
  t.equal(tokens.length, 2, 'the API\'s own token and the foreign one')
  for (const token of tokens) {
    const answer = await fetch(`${tenant.endpoint}/api/resources`, { headers: { authorization: `Bearer ${token}` } })
    t.ok(answer.status === 401 || answer.status === 403, `status ${answer.status}`)
  }
})

await t.test('the running service is configured otherwise', async t => {
  await house.serve({ API_RESOURCE: publicUrl })
  const other = await house.examine()
  await house.serve()
  t.strictSame(statuses(other, healthy), { 'resource-metadata': 'fail', 'mcp-resource-metadata': 'fail', 'machine-token': 'fail' })
  t.strictSame(statuses(await house.examine(), healthy), {}, 'and all is well again')
})
