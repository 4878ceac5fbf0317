import t from 'tap'
import { seed } from '../../src/dev/index.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { apiResource, boot, botUrl, decode, isOpaque } from './helpers.js'
import type { Params } from './helpers.js'

const { officialWeatherApp: official, weatherbot, chatgptPlugin, docs, weatherRobot } = seed.clients

const { server, authorize, exchange, authorizationUrl, get, post } = await boot(t)
const { issuer } = server

const granted = (body: Record<string, unknown>): unknown => decode(body.access_token).payload.scope

/** The query of the redirect that answers an authorization request at once, without any page. */
async function refused (client: Parameters<typeof authorizationUrl>[0], params: Params): Promise<Params> {
  const response = await get(authorizationUrl(client, params))
  const location = new URL(response.headers.get('location') ?? '', issuer)
  return Object.fromEntries(location.searchParams)
}

await t.test('the consent page lists what a third party asks for, and what is granted (044-046)', async t => {
  const outcome = await authorize(weatherbot, {
    scope: 'openid profile email offline_access read:weather write:places manage:agents nonsense',
    prompt: 'consent',
    resource: apiResource
  })
  t.ok(outcome.signInShown)
  t.ok(outcome.consentShown)
  t.equal(outcome.appName, 'WeatherBot')
  t.strictSame(outcome.consentScopes, ['read:weather', 'write:places', 'profile', 'email'],
    'without openid, offline_access, first-party scopes and unknown names')
  t.match(outcome.consentText[0], 'Read weather forecasts and observations')
  t.match(outcome.consentText[2], 'Your name, username and picture')
  t.match(outcome.consentText[3], 'Your email address')
  const { body } = await exchange(weatherbot, outcome, { resource: apiResource })
  t.equal(granted(body), 'read:weather write:places', 'the rest is left out silently')
})

await t.test('a first-party app shows no consent page and gets all that the roles allow', async t => {
  const everything = 'openid read:weather read:places write:places manage:agents manage:clients'
  const outcome = await authorize(official, { scope: everything, resource: apiResource })
  t.ok(outcome.signInShown)
  t.notOk(outcome.consentShown)
  const { body } = await exchange(official, outcome, { resource: apiResource })
  t.equal(granted(body), 'read:weather read:places write:places manage:agents manage:clients')
  t.ok(isOpaque(body.refresh_token), 'alwaysIssueRefreshToken, without offline_access')
  const forced = await authorize(official, { scope: everything, resource: apiResource, prompt: 'consent' })
  t.notOk(forced.consentShown, 'not even with prompt=consent')
})

await t.test('Bob, who has no role, gets a valid token with an empty scope (109-119)', async t => {
  const params = { scope: 'openid profile read:weather read:places', resource: apiResource }
  const first = await exchange(official, await authorize(official, params, { user: 'bob' }), { resource: apiResource })
  t.equal(first.body.scope, '')
  t.equal(granted(first.body), '', '"scope":"" in the token')
  t.equal(decode(first.body.access_token).payload.sub, 'user-bob')
  const outcome = await authorize(weatherbot, params, { user: 'bob' })
  t.strictSame(outcome.consentScopes, ['profile'], 'what he could not grant is not asked')
  const third = await exchange(weatherbot, outcome, { resource: apiResource })
  t.equal(granted(third.body), '')
  const nothing = await authorize(official, { scope: 'read:weather', resource: apiResource }, { user: 'bob' })
  t.equal(nothing.callback.searchParams.get('error'), 'access_denied', 'nothing to grant at all')
})

await t.test('Cancel leads to the bare redirect URI (113)', async t => {
  const browser = new FormBrowser()
  const params = { scope: 'openid profile read:weather', prompt: 'consent', resource: apiResource }
  const denied = await authorize(weatherbot, params, { consent: 'deny', browser })
  t.ok(denied.consentShown)
  t.equal(denied.callback.href, `${botUrl}/callback`, 'no error, state or iss')
  const again = await authorize(weatherbot, { ...params, prompt: '' }, { browser })
  t.strictSame(again.consentScopes, ['read:weather', 'profile'], 'nothing was granted')
})

await t.test('later consents list only what is new (235-239)', async t => {
  const browser = new FormBrowser()
  const ask = async (scope: string, more: Params = {}) =>
    await authorize(weatherbot, { scope, resource: apiResource, ...more }, { browser })
  const first = await ask('openid profile read:weather')
  t.strictSame(first.consentScopes, ['read:weather', 'profile'])
  const same = await ask('openid profile read:weather')
  t.notOk(same.signInShown, 'the session is still there')
  t.notOk(same.consentShown, 'all granted, no prompt: no page')
  const more = await ask('openid profile read:weather read:places')
  t.strictSame(more.consentScopes, ['read:places'])
  const narrow = await ask('openid profile read:weather')
  t.notOk(narrow.consentShown)
  const { body } = await exchange(weatherbot, narrow, { resource: apiResource })
  t.equal(granted(body), 'read:weather', 'what is asked now, not all that was ever granted')
  const empty = await ask('openid profile read:weather', { prompt: 'consent' })
  t.ok(empty.consentShown, 'prompt=consent shows the page all the same')
  t.strictSame(empty.consentScopes, [])
  t.ok(empty.callback.searchParams.has('code'))
})

await t.test('which token comes out: JWT or opaque (120-161)', async t => {
  const code = async (client: typeof weatherbot | typeof official, authorization: Params, token: Params) =>
    (await exchange(client, await authorize(client, authorization), token)).body
  const resource = apiResource

  const both = await code(official, { scope: 'openid read:weather', resource }, { resource })
  t.equal(granted(both), 'read:weather', 'resource at both')
  const late = await code(official, { scope: 'openid read:weather' }, { resource })
  t.equal(granted(late), 'read:weather', 'openid, default resource, named at the token request (159)')
  const forgotten = await code(official, { scope: 'openid profile read:weather', resource }, {})
  t.ok(isOpaque(forgotten.access_token), 'openid and no resource at the token request (126)')
  t.equal(forgotten.scope, 'openid profile')
  const never = await code(weatherbot, { scope: 'openid profile read:weather' }, {})
  t.ok(isOpaque(never.access_token), 'openid and no resource at all (154)')
  const plain = await code(official, { scope: 'read:weather' }, {})
  t.equal(granted(plain), 'read:weather', 'neither openid nor resource: the default one (157)')
  t.equal(plain.id_token, undefined)
  const once = await code(official, { scope: 'read:weather', resource }, {})
  t.equal(decode(once.access_token).payload.aud, apiResource, 'without openid once is enough (145)')
})

await t.test('the ChatGPT plugin: no PKCE, no resource, no openid, and a refresh token', async t => {
  const outcome = await authorize(chatgptPlugin, { scope: 'read:weather read:places manage:clients' })
  t.equal(outcome.callback.origin, 'https://chat.openai.com')
  t.strictSame(outcome.consentScopes, ['read:weather', 'read:places'])
  const { body } = await exchange(chatgptPlugin, outcome)
  t.equal(granted(body), 'read:weather read:places')
  t.ok(isOpaque(body.refresh_token))
  t.match(await refused(chatgptPlugin, { scope: 'openid phone' }), { error: 'invalid_scope', scope: 'phone' })
})

await t.test('what is refused by a redirect (135, 166-175, 361)', async t => {
  const iss = issuer
  t.strictSame(await refused(weatherbot, { scope: 'openid', resource: 'http://localhost:9999' }), {
    error: 'invalid_target', error_description: 'resource indicator is missing, or unknown', state: 'st4te', iss
  })
  t.match(await refused(weatherbot, { scope: 'openid', resource: apiResource.slice(0, -1) }),
    { error: 'invalid_target' }, 'a slash less')
  t.strictSame(await refused(weatherbot, { scope: 'openid phone' }), {
    error: 'invalid_scope', error_description: 'requested scope is not allowed', scope: 'phone', state: 'st4te', iss
  })
  t.strictSame(await refused(weatherbot, { scope: 'openid', prompt: 'none' }), {
    error: 'login_required', error_description: 'End-User authentication is required', state: 'st4te', iss
  })
  t.match(await refused(weatherbot, { scope: 'openid', code_challenge: 'a'.repeat(43), code_challenge_method: 'plain' }),
    { error: 'invalid_request', error_description: 'not supported value of code_challenge_method' })
  t.strictSame(await refused(docs, { scope: 'read:weather', code_challenge: '', code_challenge_method: '' }), {
    error: 'invalid_request',
    error_description: 'Authorization Server policy requires PKCE to be used for this request',
    state: 'st4te',
    iss
  }, 'a public client needs PKCE')
  t.match(await refused(weatherbot, { scope: 'openid', state: 'a\0b' }), { error: 'invalid_request' }, 'NUL')
  t.strictSame(await refused(weatherbot, { scope: 'openid bananas' }), { app_id: 'weatherbot' },
    'an unknown scope is ignored: on to the sign-in page (173)')
  t.strictSame(await refused(weatherbot, { scope: 'openid' }), { app_id: 'weatherbot' },
    'a confidential client does without PKCE (167)')
  const token = await get(authorizationUrl(weatherbot, { scope: 'openid', response_type: 'token' }))
  t.match(token.headers.get('location'), '/callback#error=unsupported_response_type', 'capture 171')
  const noScope = await authorize(official, { resource: apiResource })
  t.strictSame(Object.fromEntries(noScope.callback.searchParams), { error: 'access_denied', state: 'st4te', iss },
    'no scope parameter at all, told after the sign-in (135)')
})

await t.test('PKCE: a public client signs in with it, a wrong verifier does not burn the code (137)', async t => {
  const outcome = await authorize(docs, { scope: 'read:weather offline_access', prompt: 'consent' })
  t.strictSame(outcome.consentScopes, ['read:weather'])
  t.equal(outcome.appName, 'API documentation page')
  const wrong = await exchange(docs, outcome, { code_verifier: 'b'.repeat(43) })
  t.match(wrong, { status: 400, body: { code: 'oidc.invalid_grant' } })
  const elsewhere = await exchange(docs, outcome, { redirect_uri: 'http://localhost:3000/docs/oauth2-redirect.html' })
  t.match(elsewhere, { status: 400, body: { error: 'invalid_grant' } }, 'nor does a wrong redirect URI')
  const { status, body } = await exchange(docs, outcome)
  t.equal(status, 200)
  t.equal(granted(body), 'read:weather')
})

await t.test('errors that must not be redirected (169, 170)', async t => {
  const evil = authorizationUrl(weatherbot, { scope: 'openid', redirect_uri: `${botUrl}/callback/` })
  const json = await get(evil)
  t.equal(json.status, 400)
  t.strictSame(await json.json(), {
    code: 'oidc.invalid_redirect_uri',
    message: '`redirect_uri` did not match any of the client\'s registered `redirect_uris`.',
    error: 'invalid_redirect_uri',
    error_description: 'redirect_uri did not match any of the client\'s registered redirect_uris',
    state: 'st4te',
    iss: issuer
  })
  const page = await get(evil, { accept: 'text/html' })
  t.equal(page.status, 400)
  t.match(page.headers.get('content-type'), 'text/html')
  t.match(await page.text(), /This cannot continue[\s\S]*invalid_redirect_uri/)
  const unknown = await get('/oidc/auth?client_id=%3Cb%3Enope&redirect_uri=http%3A%2F%2Fx%2F&response_type=code')
  t.equal(unknown.status, 400)
  t.match(await unknown.json(), {
    code: 'oidc.invalid_client', error_description: 'invalid client <b>nope', iss: issuer
  })
  const shown = await get('/oidc/auth?client_id=%3Cb%3Enope&response_type=code', { accept: 'text/html' })
  t.match(await shown.text(), 'invalid client &lt;b&gt;nope', 'escaped')
  const robot = await get(authorizationUrl(weatherRobot, { redirect_uri: `${botUrl}/callback`, scope: 'openid' }))
  t.equal(robot.status, 400, 'a machine has no redirect URI')
})

await t.test('a pushed authorization request goes the same way (RFC 9126)', async t => {
  const query = new URL(authorizationUrl(docs, { scope: 'read:weather' })).searchParams
  const pushed = await post('/request', Object.fromEntries(query))
  t.equal(pushed.status, 201)
  const url = `${issuer}/auth?client_id=docs&request_uri=${encodeURIComponent(String(pushed.body.request_uri))}`
  const { username, password } = seed.users.alice
  const outcome = await new FormBrowser().authorize(url, { username, password, consent: 'allow' })
  t.strictSame(outcome.consentScopes, ['read:weather'])
  t.equal(granted((await exchange(docs, outcome)).body), 'read:weather')
})
