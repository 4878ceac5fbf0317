import t, { type Test } from 'tap'
import { seed } from '../../src/dev/index.js'
import { decode, isOpaque } from '../dev/helpers.js'
import { tenantApiResource, tenantPublicUrl } from '../kit/tenant.js'
import { basic, postForm, postJson, redirectOf, startFrontDoorHouse, type Answer, type Params } from './front-door-house.js'

// Clients that can't send `resource`, all the way: through the front door to the sign-in, back with a
// code, and to a token that the API takes. At Logto itself the same clients get none.

const { chatgptPlugin: plugin, weatherbot, docs, weatherRobot: robot } = seed.clients
const lines: string[] = []
const { tenant, url, tokenUrl, logtoTokenUrl, signIn, exchange } = await startFrontDoorHouse(t, { logger: { level: 'trace', stream: { write: (line: string) => { lines.push(line) } } } })
const secret = (client: { id: string, secret: string }): Params => ({ client_id: client.id, client_secret: client.secret })
const weather = (token: unknown) => fetch(`${url}/v1/forecast?place=Seattle`, { headers: { authorization: `Bearer ${String(token)}` } })
const getJson = async (path: string) => await (await fetch(url + path)).json() as Record<string, object>

/** A token for this API, from an answer that no cache keeps. */
async function opens (t: Test, { status, headers, body }: Answer, name: string): Promise<void> {
  t.equal(status, 200, `${name}: ${JSON.stringify(body)}`)
  t.equal(headers.get('cache-control'), 'no-store', name)
  t.match(headers.get('content-type'), /^application\/json/, name)
  t.equal(decode(body['access_token']).payload['aud'], tenantApiResource, name)
  t.equal((await weather(body['access_token'])).status, 200, name)
}

await t.test('without the front door such a client gets no token that opens anything', async t => {
  const { outcome } = await signIn(weatherbot, { scope: 'openid read:weather' })
  const { body } = await postForm(logtoTokenUrl, exchange(weatherbot, outcome), basic(weatherbot.id, weatherbot.secret))
  t.ok(isOpaque(body['access_token']), 'with openid: opaque')
  t.match(await postForm(logtoTokenUrl, { grant_type: 'client_credentials', scope: 'read:weather' }, basic(robot.id, robot.secret)), { status: 400, body: { error: 'invalid_target' } }, 'a machine: none')
})

await t.test('form and JSON, secret in the header and in the body', async t => {
  for (const [name, post] of [['form', postForm], ['JSON', postJson]] as const) {
    for (const [way, body, headers] of [['client_secret_basic', {}, basic(plugin.id, plugin.secret)], ['client_secret_post', secret(plugin), {}]] as const) {
      const { onward, outcome } = await signIn(plugin, { scope: 'read:weather' })
      t.strictSame(onward.searchParams.getAll('resource'), [tenantApiResource], 'the resource is named once')
      t.equal(outcome.callback.searchParams.get('state'), 'st4te')
      await opens(t, await post(tokenUrl, { ...exchange(plugin, outcome), ...body }, headers), `${name}, ${way}`)
    }
  }
})

await t.test('a public client with PKCE; the wrong verifier is refused', async t => {
  const { outcome } = await signIn(docs, { scope: 'read:weather' })
  t.match(await postForm(tokenUrl, { ...exchange(docs, outcome), code_verifier: 'b'.repeat(43) }), { status: 400, body: { error: 'invalid_grant' } })
  const { outcome: again } = await signIn(docs, { scope: 'read:weather' })
  await opens(t, await postForm(tokenUrl, exchange(docs, again)), 'public')
})

await t.test('openid does no harm here: the token is a JWT for the API, and there is an ID token', async t => {
  const { outcome } = await signIn(weatherbot, { scope: 'openid profile read:weather', nonce: 'n0nce' })
  const answer = await postForm(tokenUrl, exchange(weatherbot, outcome), basic(weatherbot.id, weatherbot.secret))
  await opens(t, answer, 'with openid')
  t.match(decode(answer.body['id_token']).payload, { nonce: 'n0nce', aud: weatherbot.id })
})

await t.test('refresh, with all scopes and with fewer', async t => {
  const { outcome } = await signIn(weatherbot, { scope: 'openid offline_access read:weather read:places', prompt: 'consent' })
  const first = await postForm(tokenUrl, exchange(weatherbot, outcome), basic(weatherbot.id, weatherbot.secret))
  const renewal = { grant_type: 'refresh_token', refresh_token: String(first.body['refresh_token']) }
  const direct = await postForm(logtoTokenUrl, renewal, basic(weatherbot.id, weatherbot.secret))
  t.ok(isOpaque(direct.body['access_token']), 'at Logto itself: opaque')
  await opens(t, await postForm(tokenUrl, renewal, basic(weatherbot.id, weatherbot.secret)), 'form')
  await opens(t, await postJson(tokenUrl, { ...renewal, ...secret(weatherbot) }), 'JSON')
  const narrow = await postForm(tokenUrl, { ...renewal, scope: 'read:weather' }, basic(weatherbot.id, weatherbot.secret))
  t.equal(narrow.body['scope'], 'read:weather')
})

await t.test('a machine', async t => {
  await opens(t, await postForm(tokenUrl, { grant_type: 'client_credentials', scope: 'read:weather' }, basic(robot.id, robot.secret)), 'client credentials')
  await opens(t, await postForm(tokenUrl, { grant_type: 'client_credentials', scope: 'read:weather', resource: tenantApiResource }, basic(robot.id, robot.secret)), 'resource named')
  await opens(t, await postForm(`${tokenUrl}?resource=https://evil.example&grant_type=password`, { grant_type: 'client_credentials', scope: 'read:weather' }, basic(robot.id, robot.secret)), 'the query counts for nothing')
})

await t.test('what Logto refuses comes back as Logto says it', async t => {
  const code = (given: Params): Params => ({ grant_type: 'authorization_code', code: 'bogus', redirect_uri: redirectOf(plugin), ...given })
  const cases: Array<[string, Params, Params, number]> = [
    ['wrong code', code({}), basic(plugin.id, plugin.secret), 400],
    ['wrong secret, header', code({}), basic(plugin.id, 'wrong'), 401],
    ['wrong secret, body', code({ client_id: plugin.id, client_secret: 'wrong' }), {}, 401],
    ['unknown client', code({}), basic('nobody', 'x'), 400],
    ['no client', code({}), {}, 400],
    ['malformed Basic', code({}), { authorization: 'Basic ???' }, 400],
    ['wrong refresh token', { grant_type: 'refresh_token', refresh_token: 'bogus' }, basic(plugin.id, plugin.secret), 400],
    ['not its grant', { grant_type: 'client_credentials' }, basic(plugin.id, plugin.secret), 400],
    ['no code', { grant_type: 'authorization_code', code: '' }, basic(plugin.id, plugin.secret), 400]
  ]
  for (const [name, body, headers, status] of cases) {
    const direct = await postForm(logtoTokenUrl, { ...body, resource: tenantApiResource }, headers)
    const answer = await postForm(tokenUrl, body, headers)
    t.equal(answer.status, status, name)
    t.equal(answer.status, direct.status, name)
    t.equal(answer.text, direct.text, `${name}: to the last character`)
    for (const header of ['content-type', 'cache-control', 'www-authenticate']) t.equal(answer.headers.get(header), direct.headers.get(header), `${name}: ${header}`)
    t.match(answer.body, { error: /^[a-z_]+$/, error_description: String }, name)
  }
})

await t.test('a bad redirect URI or client is told at Logto, and the browser goes nowhere else', async t => {
  for (const changes of [{ redirect_uri: 'https://evil.example/' }, { client_id: 'nobody' }]) {
    const query = new URLSearchParams({ response_type: 'code', client_id: plugin.id, redirect_uri: redirectOf(plugin), scope: 'read:weather', ...changes })
    const first = await fetch(`${url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' })
    t.equal(first.status, 302)
    t.equal(first.headers.get('cache-control'), 'no-store')
    const onward = new URL(first.headers.get('location') ?? '')
    t.equal(onward.origin + onward.pathname, `${tenant.endpoint}/oidc/auth`)
    const second = await fetch(onward, { redirect: 'manual' })
    t.equal(second.status, 400)
    t.equal(second.headers.get('location'), null)
  }
})

await t.test('the documents name the front door, and the issuer stays Logto', async t => {
  const authorizationUrl = `${tenantPublicUrl}/oauth/authorize`
  const tokenUrl = `${tenantPublicUrl}/oauth/token`
  t.match(await getJson('/.well-known/ai-plugin.json'), { auth: { client_url: authorizationUrl, authorization_url: tokenUrl } })
  t.match(await getJson('/openapi.json'), { components: { securitySchemes: { logto: { flows: { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl } } } } } })
  t.strictSame((await getJson('/.well-known/oauth-protected-resource'))['authorization_servers'], [tenant.issuer])
  const { paths = {} } = await getJson('/openapi.json')
  t.notOk(Object.keys(paths).some(path => path.startsWith('/oauth/')), 'it is no operation of the API')
  t.match((await fetch(`${url}/docs`)).headers.get('content-security-policy'), new RegExp(`connect-src 'self' ${tenantPublicUrl}(;|$)`), 'the docs page has no need of Logto\'s origin')
})

await t.test('forms are taken nowhere else', async t => {
  const { body } = await postForm(tokenUrl, { grant_type: 'client_credentials' }, basic(robot.id, robot.secret))
  const answer = await postForm(`${url}/v1/places`, 'name=x', { authorization: `Bearer ${String(body['access_token'])}` })
  t.match(answer, { status: 403 }, 'the scope is missing, first of all')
  const { outcome } = await signIn(weatherbot, { scope: 'write:places' })
  const tokens = await postForm(tokenUrl, exchange(weatherbot, outcome), basic(weatherbot.id, weatherbot.secret))
  t.match(await postForm(`${url}/v1/places`, 'name=x', { authorization: `Bearer ${String(tokens.body['access_token'])}` }), { status: 415, body: { code: 'unsupported_media_type' } })
})

await t.test('nothing secret is in the log of all this', async t => {
  const log = lines.join('')
  t.match(log, '/oauth/token')
  for (const hidden of [plugin.secret, weatherbot.secret, robot.secret, 'st4te', 'n0nce', 'bogus', 'eyJ', 'code_challenge', 'client_secret', 'Basic ']) t.notOk(log.includes(hidden), hidden)
})
