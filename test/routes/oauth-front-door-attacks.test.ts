import { createServer, type IncomingHttpHeaders } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { authorizationAddress } from '../../src/front-door/authorization.js'
import { OAuthError } from '../../src/front-door/oauth-error.js'
import { authorizationParameters } from '../../src/front-door/parameters.js'
import { createTokenRequests } from '../../src/front-door/token.js'
import { noDatabase, publicUrl, startTestApp } from '../kit/app.js'
import { rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { visible } from '../kit/visible.js'
import { basic, postForm, postJson, type Answer, type Params } from './front-door-house.js'

// Whoever comes, with whatever: requests go on to Logto's two endpoints and nowhere else, with the
// allowed parameters and one resource of ours; all else is refused in OAuth's shape.

const mcpResource = `${publicUrl}/mcp`
const resources = [`${publicUrl}/`, mcpResource] as const
const authorizationEndpoint = 'https://tenant.logto.app/oidc/auth'
const options = { authorizationEndpoint, resources: [...resources] as [string, string] }

/** What Logto's token endpoint gets, in place of Logto. */
async function startRecorder (t: Test) {
  const requests: Array<{ url: string | undefined, headers: IncomingHttpHeaders, form: URLSearchParams }> = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      requests.push({ url: `${request.method} ${request.url}`, headers: request.headers, form: new URLSearchParams(Buffer.concat(chunks).toString()) })
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b', 'x-powered-by': 'x', 'access-control-allow-origin': '*' }).end('{"access_token":"x"}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close(); server.closeAllConnections() })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

async function start (t: Test) {
  const recorder = await startRecorder(t)
  const issuer = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase, env: { OAUTH_FRONT_DOOR: 'on', MCP_RESOURCE: mcpResource, LOGTO_ENDPOINT: recorder.endpoint } })
  return { ...app, ...recorder, tokenUrl: `${app.url}/oauth/token`, authorize: (query: string) => fetch(`${app.url}/oauth/authorize?${query}`, { redirect: 'manual' }) }
}
const house = await start(t)
const grant = { grant_type: 'client_credentials' }

/** RFC 6749 section 5.2, in the characters that it allows, never kept. */
async function refused (t: Test, answer: Answer | Response, status: number, error: string, name: string): Promise<void> {
  const text = 'text' in answer && typeof answer.text === 'string' ? answer.text : await (answer as Response).text()
  t.equal(answer.status, status, `${name}: ${text}`)
  t.match(answer.headers.get('content-type'), /^application\/json/, name)
  t.equal(answer.headers.get('cache-control'), 'no-store', name)
  t.equal(answer.headers.get('location'), null, name)
  const body = JSON.parse(text) as Params
  t.strictSame(Object.keys(body), ['error', 'error_description'], name)
  t.equal(body['error'], error, name)
  t.match(body['error_description'], /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/, name)
}

const nameOrNot = fc.oneof(fc.constantFrom(...authorizationParameters), fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'client_secret', 'access_token', 'resource[]', 'Resource', 'resource ', 'RESOURCE', 'request', 'request_uri', 'audience', ''), fc.string({ unit: 'binary' }))
const valueOrNot = fc.oneof(fc.constantFrom('', ...resources, publicUrl, 'https://evil.example/', '//evil.example', 'a\r\nLocation: https://evil.example', '\0', '#', '?', '&resource=x', '%0d%0a', '\ud800', '@evil.example/'), fc.string({ unit: 'binary' }), fc.string({ minLength: 4_000, maxLength: 9_000 }))
const written = fc.array(fc.tuple(nameOrNot, valueOrNot), { maxLength: 8 }).map(pairs => new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString())

await t.test('property: whatever the query, the address is Logto\'s with one resource of ours, or there is none', t => {
  let passed = 0
  fc.assert(fc.property(fc.oneof(written, fc.string({ unit: 'binary' }), fc.webQueryParameters()), query => {
    let address
    try {
      address = authorizationAddress(query, options)
    } catch (error) {
      if (error instanceof OAuthError && error.status === 400) return
      throw error
    }
    passed += 1
    const url = new URL(address)
    const names = [...url.searchParams.keys()]
    const named = url.searchParams.getAll('resource')
    if (!address.startsWith(`${authorizationEndpoint}?`) || url.origin + url.pathname !== authorizationEndpoint || url.hash !== '') throw new Error(`elsewhere: ${address}`)
    if (named.length !== 1 || !resources.some(one => one === named[0])) throw new Error(`resource: ${named.join(' ')}`)
    if (new Set(names).size !== names.length || !names.every(name => authorizationParameters.has(name))) throw new Error(`parameters: ${names.join(' ')}`)
    if (address.length > 8_192 || !/^[\x21-\x7e]+$/.test(address)) throw new Error('not one short line of ASCII')
  }), { numRuns: 1_000 })
  t.ok(passed > 100, `some get through: ${passed}`)
  t.end()
})

await t.test('property: what a client says in allowed parameters arrives as it was said', t => {
  const allowed = fc.uniqueArray(fc.tuple(fc.constantFrom(...[...authorizationParameters].filter(name => name !== 'resource')), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }).filter(text => !/[\p{Cc}\p{Cs}]/u.test(text))), { selector: ([name]) => name, maxLength: 8 })
  fc.assert(fc.property(allowed, pairs => {
    const url = new URL(authorizationAddress(new URLSearchParams(pairs).toString(), options))
    for (const [name, value] of pairs) if (url.searchParams.get(name) !== value) throw new Error(name)
  }))
  t.end()
})

await t.test('authorization: refusals, over HTTP', async t => {
  for (const name of authorizationParameters) await refused(t, await house.authorize(`${name}=a&state=x&${name}=a${name === 'state' ? '' : `&${name}=`}`), 400, 'invalid_request', `${name} twice`)
  await refused(t, await house.authorize('scope=&scope=read:weather'), 400, 'invalid_request', 'twice, once empty')
  await refused(t, await house.authorize('sc%6fpe=a&scope=b'), 400, 'invalid_request', 'twice, in two spellings')
  await refused(t, await house.authorize(`resource=${publicUrl}/&resource=${mcpResource}`), 400, 'invalid_request', 'two resources of ours')
  for (const resource of [publicUrl, `${publicUrl}//`, `${publicUrl}/MCP`, 'https://API.example.test/', 'https://evil.example/', 'x', `${publicUrl}/ `, `${publicUrl}/%00`]) await refused(t, await house.authorize(`resource=${encodeURIComponent(resource)}`), 400, 'invalid_target', resource)
  await refused(t, await house.authorize('request=eyJ'), 400, 'request_not_supported', 'a request object')
  await refused(t, await house.authorize('request_uri=https://evil.example/'), 400, 'request_uri_not_supported', 'and its address')
  for (const value of ['%0d%0aSet-Cookie:%20a=b', '%00', '%7f', '%C2%85']) await refused(t, await house.authorize(`state=${value}`), 400, 'invalid_request', value)
  await refused(t, await house.authorize(`state=${'x'.repeat(8_200)}`), 400, 'invalid_request', 'too long')
})

await t.test('authorization: what passes, over HTTP', async t => {
  const arrives = async (query: string) => new URL((await house.authorize(query)).headers.get('location') ?? '')
  t.strictSame([...(await arrives('')).searchParams], [['resource', `${publicUrl}/`]])
  t.strictSame([...(await arrives('resource=&scope=')).searchParams], [['resource', `${publicUrl}/`]], 'empty ones count as left out')
  t.equal((await arrives(`resource=${mcpResource}`)).searchParams.get('resource'), mcpResource)
  t.strictSame([...(await arrives('state=%20%25%26%3D%23%C3%A4+b?c')).searchParams], [['state', ' %&=#ä b?c'], ['resource', `${publicUrl}/`]])
  t.strictSame([...(await arrives('__proto__=x&constructor=y&toString=z&client_secret=s&access_token=t&audience=a&audience=b')).searchParams.keys()], ['resource'], 'what is not known is left out')
  for (const [line, ...headers] of [['GET //evil.example/oauth/authorize?state=x'], ['GET http://evil.example/oauth/authorize?state=x'], ['GET /oauth/authorize?state=x', 'X-Forwarded-Host: evil.example'], ['GET /oauth/authorize/..//evil.example?state=x'], ['GET /oauth/authorize?/../evil.example']] as const) {
    const { status, headers: { location } } = await rawRequest(house.port, requestText(line, headers))
    t.ok(status === 404 || (status === 302 && location?.startsWith(`${house.endpoint}/oidc/auth?`)), `${line}: ${status} ${String(location)}`)
  }
})

await t.test('token: what goes on to Logto', async t => {
  const last = () => house.requests.at(-1)
  const headers: Params = { ...basic('id', 's/e:cret'), cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', 'x-secret': 'x', origin: 'https://evil.example', 'user-agent': 'agent' }
  const answer = await postForm(`${house.tokenUrl}?client_secret=q`, { ...grant, scope: 'ä &=+', extra: 'x', __proto__x: 'y', username: 'u', password: 'p', audience: 'z', code: '' }, headers)
  t.equal(last()?.url, 'POST /oidc/token')
  t.strictSame([...last()?.form ?? []], [['grant_type', 'client_credentials'], ['scope', 'ä &=+'], ['resource', `${publicUrl}/`]])
  t.match(last()?.headers, { authorization: headers['authorization'], 'content-type': /^application\/x-www-form-urlencoded/, host: new URL(house.endpoint).host })
  for (const name of ['cookie', 'x-forwarded-for', 'x-secret', 'origin', 'referer']) t.equal(last()?.headers[name], undefined, name)
  t.notMatch(last()?.headers['user-agent'], 'agent')
  t.equal(answer.text, '{"access_token":"x"}')
  for (const name of ['set-cookie', 'x-powered-by', 'access-control-allow-origin']) t.equal(answer.headers.get(name), null, `${name} does not come back`)
  t.equal(answer.headers.get('cache-control'), 'no-store', 'also where Logto does not say so')
  await postJson(house.tokenUrl, { ...grant, resource: mcpResource, client_id: 'i', client_secret: 's' })
  t.strictSame([...last()?.form ?? []], [['grant_type', 'client_credentials'], ['resource', mcpResource], ['client_id', 'i'], ['client_secret', 's']])
  t.equal(last()?.headers.authorization, undefined)
})

await t.test('token: refusals; nothing of them reaches Logto', async t => {
  const before = house.requests.length
  const form = (body: Params | string, headers = {}) => postForm(house.tokenUrl, body, headers)
  const raw = async (headers: string[], body = 'grant_type=client_credentials') => {
    const { status, headers: named, body: text } = await rawRequest(house.port, requestText('POST /oauth/token', headers, body))
    return { status, headers: new Headers(named), text, body: {} }
  }
  for (const name of ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret', 'code_verifier', 'refresh_token', 'scope', 'resource', 'organization_id']) await refused(t, await form(`grant_type=refresh_token&${name}=a&${name}=b`), 400, 'invalid_request', `${name} twice`)
  for (const body of ['', 'grant_type=', 'Grant_type=refresh_token', '__proto__=x', '&&&']) await refused(t, await form(body), 400, 'invalid_request', `no grant: ${body}`)
  for (const type of ['password', 'urn:ietf:params:oauth:grant-type:token-exchange', 'urn:ietf:params:oauth:grant-type:device_code', 'implicit', 'Refresh_Token', 'constructor']) await refused(t, await form({ grant_type: type }), 400, 'unsupported_grant_type', type)
  for (const resource of [publicUrl, 'https://evil.example/', 'x']) await refused(t, await form({ ...grant, resource }), 400, 'invalid_target', resource)
  for (const value of ['a\r\nb', '\0', '\x7f']) await refused(t, await form({ ...grant, scope: value }), 400, 'invalid_request', visible(value))
  for (const body of ['[]', 'null', '1', '"x"', '[["grant_type","client_credentials"]]', '{', '{"grant_type":"client_credentials"', '{"__proto__":{"grant_type":"client_credentials"}}', '{"grant_type":["client_credentials"]}', '{"grant_type":{"a":"b"}}', '{"grant_type":1}', '{"grant_type":"client_credentials","scope":null}', '{"grant_type":"client_credentials","other":{}}', '{"grant_type":"client_credentials","scope":"\\ud800"}']) await refused(t, await postJson(house.tokenUrl, body), 400, 'invalid_request', `JSON ${body}`)
  for (const authorization of ['Bearer abc', 'Basic', 'Basicx y', 'Digest x', 'Negotiate']) await refused(t, await form(grant, { authorization }), 400, 'invalid_request', authorization)
  await refused(t, await raw(['Content-Type: application/x-www-form-urlencoded', 'Authorization: Basic YTpi', 'Authorization: Basic YTpj']), 400, 'invalid_request', 'two Authorization headers')
  for (const type of ['text/plain', 'multipart/form-data; boundary=x', 'application/xml', 'application/x-www-form-urlencodedx', 'x']) await refused(t, await form(new URLSearchParams(grant).toString(), { 'content-type': type }), 415, 'invalid_request', type)
  await refused(t, await raw([]), 415, 'invalid_request', 'no content type')
  await refused(t, await form({ ...grant, scope: 'x'.repeat(17_000) }), 413, 'invalid_request', 'too large')
  t.equal(house.requests.length, before)
})

await t.test('other methods, and neighbouring addresses, are not there', async t => {
  for (const [method, path] of [['GET', '/oauth/token'], ['PUT', '/oauth/token'], ['OPTIONS', '/oauth/token'], ['POST', '/oauth/authorize'], ['POST', '/oauth/token/'], ['POST', '/oauth/token/introspection'], ['POST', '/oauth/register'], ['GET', '/oauth/jwks']] as const) t.equal((await fetch(house.url + path, { method })).status, 404, `${method} ${path}`)
})

await t.test('off: there are no such addresses', async t => {
  const app = await startTestApp(t, { issuer: await startIssuer(t), database: noDatabase })
  t.equal((await fetch(`${app.url}/oauth/authorize?state=x`, { redirect: 'manual' })).status, 404)
  t.equal((await postForm(`${app.url}/oauth/token`, grant)).status, 404)
})

await t.test('property: whatever the parameters, Logto gets each allowed one at most once and one resource of ours', async t => {
  const { endpoint, requests } = await startRecorder(t)
  const request = createTokenRequests({ tokenEndpoint: `${endpoint}/oidc/token`, resources: options.resources })
  const names = fc.oneof(fc.constantFrom('grant_type', 'code', 'resource', 'scope', 'client_id', '__proto__', 'password', 'resource[]'), fc.string())
  const values = fc.oneof(fc.constantFrom('client_credentials', 'refresh_token', 'password', ...resources, 'https://evil.example/', '&resource=x', 'a\r\nb'), fc.string({ unit: 'binary' }))
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(names, values), { maxLength: 5 }), async pairs => {
    const before = requests.length
    const refusal = await request([['grant_type', 'client_credentials'], ...pairs], '', 'x').then(() => undefined, (error: unknown) => error)
    if (refusal !== undefined) return refusal instanceof OAuthError && refusal.status === 400 && requests.length === before
    const { url, form } = requests.at(-1) ?? {}
    const [resource, ...more] = form?.getAll('resource') ?? []
    const keys = [...form?.keys() ?? []]
    return url === 'POST /oidc/token' && more.length === 0 && resources.some(one => one === resource) && new Set(keys).size === keys.length && keys.every(key => ['grant_type', 'code', 'resource', 'scope', 'client_id'].includes(key))
  }), { numRuns: 200 })
})

await t.test('junk codes for a public client, and sign-ins by the hundred, keep nobody out', async t => {
  const { tokenUrl, url } = await start(t)
  const publicClient = { grant_type: 'authorization_code', client_id: 'public', code_verifier: 'v' }
  for (let number = 0; number < 601; number += 1) await postForm(tokenUrl, { ...publicClient, code: 'junk' })
  await refused(t, await postForm(tokenUrl, { ...publicClient, code: 'junk' }), 429, 'temporarily_unavailable', 'the junk code')
  t.equal((await postForm(tokenUrl, { ...publicClient, code: 'honest' })).status, 200, 'another code of the same client')
  for (let number = 0; number < 700; number += 1) await fetch(`${url}/oauth/authorize?client_id=public`, { redirect: 'manual' })
  t.equal((await fetch(`${url}/oauth/authorize?client_id=public`, { redirect: 'manual' })).status, 302)
})

await t.test('six hundred requests a minute of one client, which keep no other client out', async t => {
  const { tokenUrl, url } = await start(t)
  for (let number = 0; number < 600; number += 1) await postForm(tokenUrl, {}, basic('a', 'secret'))
  const answer = await postForm(tokenUrl, grant, basic('a', 'secret'))
  await refused(t, answer, 429, 'temporarily_unavailable', 'the six hundred and first')
  t.match(answer.headers.get('retry-after'), /^[1-9]\d?$/)
  t.equal((await postForm(tokenUrl, grant, basic('a', 'other'))).status, 200, 'whoever does not know its secret uses up nothing of its share')
  t.equal((await postForm(tokenUrl, { ...grant, client_id: 'b' })).status, 200, 'another client')
  t.equal((await fetch(`${url}/oauth/authorize?client_id=a`, { redirect: 'manual' })).status, 302)
  t.equal((await fetch(`${url}/health/live`)).headers.get('x-ratelimit-limit'), null, 'nothing else is counted')
})
