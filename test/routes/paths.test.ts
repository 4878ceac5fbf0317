import t, { type Test } from 'tap'
import { metadataUrl, noDatabase, publicUrl, startTestApp } from '../kit/app.js'
import { parseChallenge, rawRequest, requestText, type RawAnswer } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'

// No spelling of an address, no method and no header gets past a route's check. The handlers count
// their calls: that is what counts, not the status alone.

const issuer = await startIssuer(t)
let handled = 0
const { port } = await startTestApp(t, {
  issuer,
  database: noDatabase,
  extend: app => {
    const guarded = { onRequest: app.requireScopes('read:places'), schema: { hide: true } }
    const handler = async () => { handled += 1 }
    app.get('/v1/guarded', guarded, handler)
    app.get('/v1/guarded/:id', guarded, handler)
    app.post('/v1/guarded', guarded, handler)
  }
})
const token = issuer.token({ scope: 'read:places' })
const raw = (line: string, ...headers: string[]) => rawRequest(port, requestText(line, headers))

/** Neither without a token nor with one that lacks the scope may the handler run. */
async function isShut (t: Test, line: string, ...headers: string[]): Promise<RawAnswer> {
  const none = await raw(line, ...headers)
  const lacking = await raw(line, ...headers, `Authorization: Bearer ${issuer.token({ scope: 'read:weather' })}`)
  for (const [answer, which] of [[none, 'without a token'], [lacking, 'without the scope']] as const) {
    t.ok(answer.status >= 400 && answer.status < 500, `${line} ${which}: ${answer.status}`)
  }
  t.equal(handled, 0, `${line}: the handler did not run`)
  return none
}

await t.test('spellings of a path', async t => {
  for (const path of [
    '/v1/guarded', '//v1/guarded', '/v1//guarded', '/v1/guarded/', '/v1/guarded//', '/V1/guarded', '/v1/GUARDED', '/v1/%67uarded', '/%76%31/guarded', '/v1%2Fguarded', '/v1%2fguarded', '/v1%5Cguarded', '/v1\\guarded',
    '/v1/guarded;x', '/v1/guarded;a=b', '/v1;/guarded', '/v1/guarded?', '/v1/guarded?x', '/v1/guarded#x', '/v1/guarded%3Fx', '/v1/guarded%00', '/v1/guarded%20', '/v1/guarded.', '/v1/guarded.json', '/v1/guarded/..', '/v1/./guarded', '/v1/x/../guarded',
    '/health/live/../../v1/guarded', '/docs/../v1/guarded', '/docs/static/../../v1/guarded', '/docs/static/..%2f..%2fv1/guarded', '/v1/guarded/%2e%2e', '/v1/guarded/x', '/v1/guarded/%zz', '/v1/guarded/%C0%AF', '/v1/guarded/%ff',
    `/v1/guarded/${'x'.repeat(101)}`, `/v1/guarded/${'x'.repeat(5000)}`, 'http://localhost/v1/guarded', 'http://evil.example/v1/guarded', 'https://user:pass@evil.example/v1/guarded', 'HTTP://LOCALHOST/v1/guarded', 'v1/guarded', '///', '/.', '/..;/v1/guarded'
  ]) await isShut(t, `GET ${path}`)
})

await t.test('with the right token the plain and the encoded spelling reach the handler', async t => {
  for (const [path, status] of [['/v1/guarded', 200], ['/v1/%67uarded', 200], ['/v1/guarded?x=1', 200], ['/v1/guarded/x', 200], ['/v1/me/', 404], ['/v1/me?x', 200], ['/V1/guarded', 404], ['//v1/guarded', 404], ['/v1/guarded;x', 404], ['/v1%2Fguarded', 404]] as const) {
    const before = handled
    t.equal((await raw(`GET ${path}`, `Authorization: Bearer ${token}`)).status, status, path)
    t.equal(handled - before, status === 200 && path !== '/v1/me?x' ? 1 : 0, path)
  }
  handled = 0
})

await t.test('methods', async t => {
  for (const method of ['HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'PATCH', 'PROPFIND', 'QUERY', 'SEARCH', 'MKCOL', 'PURGE', 'get', 'GETX', 'POST']) await isShut(t, `${method} /v1/guarded`)
  t.equal((await raw('CONNECT /v1/guarded', `Authorization: Bearer ${token}`)).body, '', 'CONNECT is not even answered')
  t.equal(handled, 0)
  for (const header of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method']) {
    await isShut(t, 'OPTIONS /v1/guarded', `${header}: GET`)
    await isShut(t, 'POST /health/live', `${header}: GET`, 'X-Original-URL: /v1/guarded', 'X-Rewrite-URL: /v1/guarded')
    await isShut(t, 'GET /v1/guarded', `${header}: OPTIONS`)
  }
})

await t.test('a cross-origin preflight or request opens nothing', async t => {
  await isShut(t, 'OPTIONS /v1/guarded', 'Origin: https://evil.example', 'Access-Control-Request-Method: GET', 'Access-Control-Request-Headers: authorization')
  const answer = await isShut(t, 'GET /v1/guarded', 'Origin: null')
  t.equal(answer.headers['access-control-allow-credentials'], undefined)
})

const spoofs = [
  'X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 1', 'X-Forwarded-Prefix: /evil', 'X-Forwarded-For: 127.0.0.1', 'Forwarded: host=evil.example;proto=http',
  'X-Original-URL: /health/live', 'X-Rewrite-URL: /health/live', 'X-Original-Host: evil.example', 'X-Host: evil.example'
]

await t.test('forged headers change neither challenge nor documents', async t => {
  const forged = (path: string) => rawRequest(port, Buffer.from([`GET ${path} HTTP/1.1`, 'Host: evil.example', 'Connection: close', ...spoofs, '', ''].join('\r\n')))
  const challenged = await forged('/v1/guarded')
  t.equal(challenged.status, 401)
  t.strictSame(parseChallenge(challenged.headers['www-authenticate']), { scope: 'read:places', resource_metadata: metadataUrl })
  for (const path of ['/', '/legal', '/docs', '/openapi.json', '/openapi.yaml', '/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp', '/.well-known/ai-plugin.json', '/docs/json', '/v1/nothing']) {
    const answer = await forged(path)
    t.notMatch(answer.body + JSON.stringify(answer.headers), /evil/, path)
    t.equal(answer.body, (await raw(`GET ${path}`)).body, `${path}: the same as without them`)
  }
  t.ok((await forged('/openapi.json')).body.includes(publicUrl))
  for (const spoof of spoofs) await isShut(t, 'GET /v1/guarded', spoof)
})

await t.test('a request in a request, and two requests in one connection, are each held to their own credentials', async t => {
  const smuggled = 'GET /v1/guarded HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const good = `GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
  const pipelined = await rawRequest(port, `${good}\r\n${smuggled}`)
  t.equal(pipelined.status, 200)
  t.match(pipelined.body, /HTTP\/1\.1 401 Unauthorized/, 'the second has no token of its own')
  const both = await rawRequest(port, `${good}Content-Length: ${smuggled.length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`)
  t.equal(both.status, 400, 'two lengths')
  t.equal(handled, 0)
})

await t.test('what is no HTTP request is answered in one line of JSON, or not at all', async t => {
  const cases: Array<[string | Buffer, number]> = [
    ['GARBAGE\r\n\r\n', 400],
    [Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]), 400],
    ['GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nHost: x\r\nAuthorization : Bearer x\r\n\r\n', 400],
    [`GET /v1/guarded HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['GET /v1/guarded HTTP/1.1\r\nConnection: close\r\n\r\n', 400]
  ]
  for (const [bytes, status] of cases) {
    const answer = await rawRequest(port, bytes)
    t.equal(answer.status, status, String(bytes).slice(0, 30).replace(/[^\x20-\x7e]/g, '?'))
  }
  t.match(JSON.parse((await rawRequest(port, 'GARBAGE\r\n\r\n')).body), { status: 400, code: 'bad_request' })
  t.match(JSON.parse((await rawRequest(port, `GET / HTTP/1.1\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`)).body), { status: 431, code: 'headers_too_large' })
  t.match(JSON.parse((await raw('GET /%zz')).body), { status: 400, code: 'bad_request' })
  t.equal(handled, 0)
})
