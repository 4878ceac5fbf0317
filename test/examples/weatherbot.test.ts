import t from 'tap'
import { outcomeOf, permissionsOf, Person } from './weatherbot-person.js'
import { startWorld } from './weatherbot-world.js'

const world = await startWorld(t)
const { wire, apiUrl, config } = world
const alice = new Person(world)

t.beforeEach(() => { wire.clear() })

await t.test('401, consent, answer: WeatherBot finds its way with the API\'s address alone, and says who signed in', async t => {
  const asked = await alice.post('What is the forecast for Seattle?')
  t.equal(asked.status, 303)
  t.strictSame(wire.sent.map(({ url, authorization }) => [url.href, authorization]), [
    [`${apiUrl}/.well-known/ai-plugin.json`, undefined],
    [`${apiUrl}/openapi.json`, undefined],
    [`${apiUrl}/v1/forecast?place=Seattle`, undefined],
    [`${apiUrl}/.well-known/oauth-protected-resource`, undefined],
    [`${world.issuer}/.well-known/openid-configuration`, undefined]
  ], 'what the API can do, then the API without a token, then where its answers point')
  const query = asked.location?.searchParams
  t.equal(query?.get('scope'), 'openid profile email offline_access read:weather', 'the challenge\'s scope and nothing more of the API')
  t.match(Object.fromEntries(query ?? []), {
    response_type: 'code', client_id: 'weatherbot', redirect_uri: `${world.botUrl}/callback`, resource: config.apiResource, prompt: 'consent', code_challenge_method: 'S256', code_challenge: /^[\w-]{43}$/, state: /^[\w-]{43}$/, nonce: /^[\w-]{43}$/
  })

  const { page, rounds } = await alice.follow(asked)
  t.equal(rounds.length, 1)
  t.strictSame(rounds[0]?.consentScopes, ['read:weather', 'profile', 'email'])
  t.equal(page.status, 200)
  t.match(page.url.pathname, /^\/answers\//, 'the address bar holds no code')
  t.match(page.body, /id="signed-in">Signed in as <strong>Alice<\/strong> \(alice@example\.test\)/)
  t.strictSame(permissionsOf(page), ['read:weather'])
  t.match(page.body, 'id="asked">What is the forecast for Seattle?<', 'the question survived')
  t.equal(wire.tokenRequests[0]?.form['resource'], config.apiResource, 'the resource stands in the token request too')
  t.ok(wire.tokenRequests[0]?.form['code_verifier'])
})

await t.test('an outlook is never passed off as a forecast; note, source and attribution are shown', async t => {
  const { page, rounds } = await alice.ask('Forecast for Seattle for the next 3 days')
  t.equal(rounds.length, 0, 'no consent for what is allowed already')
  t.match(page.body, '<h1 id="answer-title">Outlook, not a forecast</h1>')
  t.match(page.body, 'data-kind="climatological-outlook" data-source="observations"')
  t.match(page.body, /id="note"[^>]*>[^<]{20,}</)
  t.match(page.body, /id="attribution">[^<]{10,}</)
  t.equal(page.body.match(/data-date=/g)?.length, 3)
})

await t.test('step-up: the new permission comes on top of the old one', async t => {
  const { page, rounds, redirects } = await alice.ask('Show my places')
  t.equal(rounds.length, 1)
  t.equal(redirects[0]?.searchParams.get('scope'), 'openid profile email offline_access read:weather read:places')
  t.strictSame(rounds[0]?.consentScopes, ['read:places'], 'only what is new is on the consent page')
  t.equal(outcomeOf(page), 'places')
  t.match(page.body, 'You have not saved any places yet')
  t.strictSame(permissionsOf(page), ['read:weather', 'read:places'])
  wire.clear()
  const again = await alice.ask('past weather in New York')
  t.equal(again.rounds.length, 0, 'the old permission still works')
  t.equal(outcomeOf(again.page), 'observations')
  t.match(again.page.body, /from 2012-01-01 to 2015-12-31/)
})

await t.test('one question may need two permissions: both are asked for at once', async t => {
  const fresh = new Person(world)
  const { page, rounds } = await fresh.ask('Save Seattle as <home> & "hearth"')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes.filter(scope => scope.includes(':'))), [['read:weather', 'write:places']],
    'read:weather to find the place, write:places to save it')
  t.equal(outcomeOf(page), 'saved')
  t.match(page.body, '<strong>&lt;home&gt; &amp; hearth</strong>', 'escaped')
  await fresh.request(page.url.href)
  const { page: list } = await fresh.ask('my places')
  t.equal(list.body.match(/data-place=/g)?.length, 1, 'looking at the answer again saves nothing again')
  t.match(list.body, /\(47\.6\d*, -122\.3\d*\)/)
  t.notMatch(list.body, '<home>')
})

await t.test('an expired token is refreshed once, for three questions at a time, without a new sign-in', async t => {
  await alice.ask('forecast for Seattle')
  const old = wire.lastToken
  wire.clear()
  wire.expire(old)
  const pages = await Promise.all(['forecast for Seattle', 'my places', 'past weather in Seattle'].map(async question => await alice.post(question)))
  t.ok(pages.every(page => page.location?.pathname.startsWith('/answers/')))
  t.strictSame(wire.tokenRequests.map(({ form }) => [form['grant_type'], form['resource']]), [['refresh_token', config.apiResource]])
  t.not(wire.lastToken, old)
  const page = await alice.request(pages[1]?.location?.href ?? '')
  t.equal(outcomeOf(page), 'places')
  t.strictSame(permissionsOf(page), ['read:weather', 'read:places'])
})

await t.test('a refresh that is refused leads to a new sign-in, which asks for the old permissions too', async t => {
  await alice.ask('forecast for Seattle')
  wire.expire(wire.lastToken)
  wire.stub(({ form }) => form['grant_type'] === 'refresh_token' ? Response.json({ error: 'invalid_grant' }, { status: 400 }) : undefined)
  const { page, rounds, redirects } = await alice.ask('forecast for Seattle')
  t.equal(rounds.length, 1)
  t.equal(redirects[0]?.searchParams.get('scope'), 'openid profile email offline_access read:weather read:places')
  t.equal(outcomeOf(page), 'forecast')
})

await t.test('a refresh that fails because the sign-in server is down is told, and the sign-in is kept', async t => {
  await alice.ask('forecast for Seattle')
  wire.expire(wire.lastToken)
  wire.stub(({ form }) => form['grant_type'] === 'refresh_token' ? new Response('', { status: 502 }) : undefined)
  const { page } = await alice.ask('forecast for Seattle')
  t.match(page.body, 'The sign-in server of the weather service cannot be reached')
  wire.clear()
  t.equal((await alice.ask('forecast for Seattle')).rounds.length, 0)
})

await t.test('a token that the API refuses right after the sign-in does not lead in circles', async t => {
  const fresh = new Person(world)
  const asked = await fresh.post('forecast for Seattle')
  wire.api(401, 'No.', { 'www-authenticate': `Bearer error="invalid_token", error_description="wrong <audience>", resource_metadata="${apiUrl}/.well-known/oauth-protected-resource"` })
  const { page, rounds } = await fresh.follow(asked)
  t.equal(rounds.length, 1)
  t.match(page.body, 'does not accept the sign-in: wrong &lt;audience&gt;.')
})

await t.test('Bob, who has no role, hears an honest no after one consent, and no loop', async t => {
  const bob = new Person(world)
  const { page, rounds } = await bob.ask('forecast for Seattle', 'allow', 'bob')
  t.equal(rounds.length, 1)
  t.equal(outcomeOf(page), 'refused')
  t.match(page.body, 'Your account does not have this permission')
  t.match(page.body, '<code data-scope="read:weather">')
  t.match(page.body, 'Signed in as <strong>Bob</strong>')
  t.strictSame(permissionsOf(page), [])
  const again = await bob.ask('forecast for Seattle', 'allow', 'bob')
  t.equal(again.rounds.length, 1, 'asking again is his choice, and ends the same way')
  t.equal(outcomeOf(again.page), 'refused')
})

await t.test('signing out takes the refresh token back and forgets the session', async t => {
  const fresh = new Person(world)
  await fresh.ask('forecast for Seattle')
  const refreshToken = [...wire.secrets].filter(secret => /^[\w-]{43}$/.test(secret)).at(-1) ?? ''
  const cookie = fresh.cookie
  const { page } = await fresh.follow(await fresh.request('/sign-out', {}))
  t.match(page.body, 'You are signed out. WeatherBot has forgotten its tokens, and cannot get new ones without you.')
  t.equal(fresh.cookie, '', 'the cookie is gone')
  t.match(wire.sent.at(-1), { url: { pathname: '/oidc/token/revocation' }, form: { token: refreshToken } })
  wire.clear()
  fresh.cookie = cookie
  t.match((await fresh.request('/')).body, 'Nobody is signed in', 'a kept cookie is worth nothing')
  const answer = await fetch(`${world.issuer}/token`, {
    method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'weatherbot', client_secret: 'weatherbot-development-secret' })
  })
  t.match(await answer.json(), { error: 'invalid_grant' })
  t.equal((await fresh.request('/sign-out', {})).location?.pathname, '/signed-out', 'signing out twice is no fault')
})

await t.test('signing out while the sign-in server is down says so', async t => {
  const fresh = new Person(world)
  await fresh.ask('forecast for Seattle')
  wire.stub(({ url }) => url.pathname === '/oidc/token/revocation' ? new Response('', { status: 503 }) : undefined)
  const { page } = await fresh.follow(await fresh.request('/sign-out', {}))
  t.match(page.body, 'could not tell the sign-in server')
})
