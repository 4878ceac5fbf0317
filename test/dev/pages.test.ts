import t from 'tap'
import { request as httpRequest } from 'node:http'
import { seed } from '../../src/dev/index.js'
import type { Directory } from '../../src/dev/index.js'
import { html, trusted } from '../../src/dev/pages/html.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { apiResource, boot, botUrl } from './helpers.js'

const { weatherbot, officialWeatherApp: official } = seed.clients
const hostile = { ...weatherbot, id: 'hostile', name: '<img src=x onerror="alert(1)"> & \'Co\'' }
const directory: Directory = {
  roles: seed.roles, users: Object.values(seed.users), clients: [...Object.values(seed.clients), hostile]
}
const warnings: Array<[object, string]> = []
const logger = {
  info () {}, error () {}, warn (details: object, message: string) { warnings.push([details, message]) }
}
const { server, get, authorize, authorizationUrl, exchange } = await boot(t, { directory, logger })
const { endpoint, issuer } = server
const { alice, bob } = seed.users

const request = { scope: 'openid profile read:weather', prompt: 'consent', resource: apiResource }

/** The cookie line for a following request. */
const cookies = (response: Response): string =>
  response.headers.getSetCookie().map(line => line.split(';')[0]).join('; ')

const uidIn = (page: string): string => /name="uid" value="([^"]+)"/.exec(page)?.[1] ?? ''

async function submit (path: string, cookie: string, form: Record<string, string>): Promise<Response> {
  return await fetch(`${endpoint}${path}`,
    { method: 'POST', redirect: 'manual', headers: { cookie }, body: new URLSearchParams(form) })
}

/** A started sign-in: its page and its cookies. */
async function started (params: Record<string, string> = {}, client = weatherbot as typeof weatherbot | typeof hostile) {
  const redirect = await get(authorizationUrl(client, { ...request, ...params }))
  const location = redirect.headers.get('location') ?? ''
  const cookie = cookies(redirect)
  const response = await get(location, { cookie })
  return { location, cookie, response, page: await response.text() }
}

await t.test('html escapes text and attribute values, and nothing twice', async t => {
  t.equal(html`<p title="${'"a" \'b\''}">${'<b>&'}${7}${undefined}${[html`<i>${'<'}</i>`, 'x>']}</p>`.toString(),
    '<p title="&quot;a&quot; &#39;b&#39;">&lt;b&gt;&amp;7<i>&lt;</i>x&gt;</p>')
  t.equal(html`${trusted('<form></form>')}\n`.toString(), '<form></form>\n', 'markup of the engine stays as it is')
})

await t.test('the sign-in page', async t => {
  const { location, cookie, response, page } = await started()
  t.equal(location, '/sign-in?app_id=weatherbot', 'at Logto\'s address (165)')
  t.equal(response.status, 200)
  t.equal(response.headers.get('cache-control'), 'no-store')
  t.equal(response.headers.get('content-security-policy'),
    'default-src \'none\';script-src \'self\';style-src \'self\';base-uri \'none\';frame-ancestors \'none\'')
  t.equal(response.headers.get('cross-origin-opener-policy'), null, 'the docs page must keep its pop-up')
  t.match(page, '<html lang="en">')
  t.match(page, '<meta name="viewport" content="width=device-width, initial-scale=1">')
  t.match(page, /Embedded authorization server – for development only/)
  t.match(page, /<label for="username">[\s\S]*id="username"[^>]*autofocus/)
  t.match(page, /<label for="password">[\s\S]*id="password"/)
  t.match(page, /to continue to <strong>WeatherBot/)
  for (const user of [alice, bob]) t.match(page, new RegExp(`${user.username}[\\s\\S]*${user.password}`))
  t.notMatch(page, /<script|style=|onclick/)
  t.notMatch(cookie, /^$/)
})

await t.test('a wrong password shows the page again with a message and the username', async t => {
  const { cookie, page } = await started()
  for (const [username, password] of [['alice', 'wrong'], ['mallory', alice.password], ['bob', alice.password], ['', '']]) {
    const again = await submit('/sign-in', cookie, { uid: uidIn(page), username: String(username), password: String(password) })
    t.equal(again.status, 401, `${username}`)
    const text = await again.text()
    t.match(text, /role="alert">Wrong username or password/)
    t.match(text, `name="username" value="${username}"`)
    t.match(text, /id="password"[^>]*autofocus/, 'what has to be typed again has the focus')
    t.notMatch(text, /value="wrong"/, 'the password is not sent back')
  }
  const quoted = await submit('/sign-in', cookie, { uid: uidIn(page), username: '"><script>', password: 'x' })
  t.match(await quoted.text(), 'value="&quot;&gt;&lt;script&gt;"')
  const right = await submit('/sign-in', cookie, { uid: uidIn(page), username: 'alice', password: alice.password })
  t.equal(right.status, 303)
  t.ok(right.headers.get('location')?.startsWith(`${issuer}/auth/`))
  await t.rejects(new FormBrowser().authorize(authorizationUrl(weatherbot, request),
    { username: 'alice', password: 'wrong', consent: 'allow' }), { message: /sign-in of alice was refused/ })
})

await t.test('a forged form does nothing: it lacks the interaction\'s id', async t => {
  const { cookie, page } = await started()
  const form = { username: 'alice', password: alice.password }
  for (const uid of ['', 'x', uidIn((await started()).page)]) {
    const forged = await submit('/sign-in', cookie, { ...form, uid })
    t.equal(forged.status, 400)
    t.match(await forged.text(), /This sign-in is over/)
  }
  const withoutCookie = await submit('/sign-in', '', { ...form, uid: uidIn(page) })
  t.equal(withoutCookie.status, 400, 'and the id alone, without the cookie, does nothing either')
  const consent = await submit('/consent', cookie, { uid: uidIn(page), decision: 'allow' })
  t.equal(consent.status, 400, 'a sign-in cannot be answered as a consent')
})

await t.test('pages without a sign-in under way are friendly errors', async t => {
  for (const path of ['/sign-in', '/consent']) {
    const response = await get(path)
    t.equal(response.status, 400)
    t.match(await response.text(), /There is no sign-in under way here[\s\S]*start again/)
  }
  const missing = await get('/nowhere')
  t.equal(missing.status, 404)
  t.match(await missing.text(), /There is no such page/)
  const odd = await fetch(`${endpoint}/sign-in`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a' })
  t.equal(odd.status, 415)
  t.match(await odd.text(), /could not be processed/)
})

await t.test('the consent page', async t => {
  const { cookie, page } = await started()
  const signedIn = await submit('/sign-in', cookie, { uid: uidIn(page), username: 'alice', password: alice.password })
  const resumed = await get(signedIn.headers.get('location') ?? '', { cookie })
  t.equal(resumed.headers.get('location'), '/consent?app_id=weatherbot')
  const jar = cookies(resumed)
  const response = await get('/consent', { cookie: jar })
  const text = await response.text()
  t.match(text, /<span data-app>WeatherBot<\/span> wants access/)
  t.match(text, /signed in as <strong>Alice<\/strong> \(alice\)/)
  t.match(text, /<li data-scope="read:weather">Read weather forecasts and observations/)
  t.match(text, /<li data-scope="profile">Your name, username and picture/)
  t.match(text, new RegExp(`go back to <code>${botUrl}</code>`))
  t.match(text, /value="allow">Authorize<[\s\S]*value="deny" class="quiet">Cancel</)
  t.notMatch(text, /while you are away/, 'no offline_access was asked')
  t.equal(response.headers.get('content-security-policy')?.includes('form-action'), false,
    'it would block the redirect to the client in Chromium')
  const forged = await submit('/consent', jar, { uid: 'x', decision: 'allow' })
  t.equal(forged.status, 400)
  const canceled = await submit('/consent', jar, { uid: uidIn(text), decision: 'anything else' })
  t.equal(canceled.headers.get('location'), `${botUrl}/callback`, 'whatever is not a yes is a no')
  t.equal((await get('/consent', { cookie: jar })).status, 400, 'and that is the end of it')
})

await t.test('the consent page says so when nothing is asked, and when access lasts', async t => {
  const lasting = await consentPageFor({ scope: 'openid offline_access', prompt: 'consent' })
  t.match(lasting, /asks for nothing that you have not allowed already or could allow/)
  t.match(lasting, /also while you are away/)
  t.match(await consentPageFor({}, hostile),
    /&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt; &amp; &#39;Co&#39;<\/span> wants access/, 'names are escaped')
})

await t.test('the consent page says so when nothing of what is asked is this person\'s to allow', async t => {
  const ask = { scope: 'openid read:weather nonsense', prompt: 'consent' }
  const page = await consentPageFor(ask, weatherbot, bob)
  t.match(page, /Nothing here is yours to allow: your account has no such permission\./)
  t.notMatch(page, /asks for nothing/)
  t.match(page, /value="allow">Continue</, 'the way on is open, as at Logto: to a token without permissions')
  t.match(await consentPageFor({ ...ask, resource: '' }, weatherbot, bob), /your account has no such permission/, 'the default resource counts, too')
  t.notMatch(await consentPageFor(ask, weatherbot, alice), /no such permission/)
  const theApps = await consentPageFor({ ...ask, scope: 'openid manage:agents' }, weatherbot, bob)
  t.match(theApps, /asks for nothing that you have/, 'what the app may not have is not laid on the account')
})

async function consentPageFor (params: Record<string, string>, client = weatherbot as typeof weatherbot | typeof hostile, { username, password } = alice as typeof alice | typeof bob): Promise<string> {
  const { cookie, page } = await started(params, client)
  const signedIn = await submit('/sign-in', cookie, { uid: uidIn(page), username, password })
  const resumed = await get(signedIn.headers.get('location') ?? '', { cookie })
  return await (await get('/consent', { cookie: cookies(resumed) })).text()
}

await t.test('the same browser, another person: the consent page leads to the sign-in', async t => {
  const browser = new FormBrowser()
  await authorize(weatherbot, request, { browser })
  const page = await consentPageFor({})
  const link = (/href="(\/oidc\/auth\?[^"]+)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&')
  const params = Object.fromEntries(new URL(link, endpoint).searchParams)
  t.equal(params.prompt, 'login consent')
  t.equal(params.scope, request.scope)
  const outcome = await browser.authorize(new URL(link, endpoint).href,
    { username: 'bob', password: bob.password, consent: 'allow' })
  t.ok(outcome.signInShown)
  t.strictSame(outcome.consentScopes, ['profile'], 'Bob\'s, who may not read the weather')
  const { body } = await exchange(weatherbot, outcome)
  const introspected = await get('/oidc/me', { authorization: `Bearer ${String(body.access_token)}` })
  t.match(await introspected.json(), { sub: 'user-bob' })
})

await t.test('login_hint fills in the username', async t => {
  t.match((await started({ login_hint: 'bob' })).page, 'name="username" value="bob"')
})

await t.test('signing out ends the session', async t => {
  const { cookie, page } = await started()
  const signedIn = await submit('/sign-in', cookie, { uid: uidIn(page), username: 'alice', password: alice.password })
  const session = cookies(await get(signedIn.headers.get('location') ?? '', { cookie }))
  const asked = await get('/oidc/session/end?client_id=weatherbot&post_logout_redirect_uri=http://localhost:3000/', { cookie: session })
  const question = await asked.text()
  t.match(question, /Sign out\?[\s\S]*form="op.logoutForm" name="logout" value="yes"/)
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(question)?.[1] ?? ''
  const done = await submit('/oidc/session/end/confirm', session, { xsrf, logout: 'yes' })
  t.equal(done.headers.get('location'), 'http://localhost:3000/')
  const again = await get(authorizationUrl(weatherbot, { ...request, prompt: 'none' }), { cookie: session })
  t.match(again.headers.get('location'), 'error=login_required')
  t.match(await (await get('/oidc/session/end/success')).text(), /You are signed out/)
})

await t.test('response_mode=form_post works under the content security policy', async t => {
  const browserless = await get(authorizationUrl(weatherbot, { ...request, prompt: 'none', response_mode: 'form_post' }))
  const policy = browserless.headers.get('content-security-policy') ?? ''
  t.match(policy, /script-src 'self' 'sha256-[A-Za-z0-9+/=]+'/, 'the engine\'s own script, by its digest')
  t.match(await browserless.text(), /name="error" value="login_required"/)
})

await t.test('the start page and the stylesheet', async t => {
  const home = await get('/')
  t.equal(home.status, 200)
  t.match(await home.text(), new RegExp(`LOGTO_ENDPOINT[\\s\\S]*${issuer}`))
  const style = await get('/style.css')
  t.equal(style.headers.get('content-type'), 'text/css')
  t.match(await style.text(), /font-size: 16px/)
  t.equal((await get('/favicon.ico')).status, 204)
})

await t.test('only as localhost: a rebound name is refused (DNS rebinding)', async t => {
  const status = async (host: string): Promise<unknown> => await new Promise((resolve, reject) => {
    httpRequest(`${endpoint}/oidc/jwks`, { headers: { host } }, response => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject).end()
  })
  t.equal(await status('evil.example'), 421)
  t.equal(await status(`localhost.evil.example:${server.port}`), 421)
  t.equal(await status(`127.0.0.1:${server.port}`), 200)
  t.equal(await status(`localhost:${server.port}`), 200)
})

await t.test('refusals are reported with their reason, without tokens or secrets', async t => {
  warnings.splice(0)
  const outcome = await authorize(official, { scope: 'openid' })
  const code = String(outcome.callback.searchParams.get('code'))
  await exchange(official, outcome, { redirect_uri: 'http://localhost:4100/callback' })
  t.match(warnings, [[{
    path: '/token',
    clientId: 'official-weather-app',
    error: 'invalid_grant',
    detail: 'authorization code redirect_uri mismatch'
  }, /refused/]])
  const written = JSON.stringify(warnings)
  t.notMatch(written, code)
  t.notMatch(written, official.secret)
})
