import t from 'tap'
import { outcomeOf, permissionsOf, Person, type Page } from './weatherbot-person.js'
import { startWorld } from './weatherbot-world.js'

const world = await startWorld(t)
const { wire, apiUrl, issuer } = world
const everybody: Person[] = []
const somebody = (): Person => {
  const person = new Person(world)
  everybody.push(person)
  return person
}

const stateOf = (page: Page): string => page.location?.searchParams.get('state') ?? ''
const answerTo = (page: Page, more: Record<string, string>): string =>
  `/callback?${new URLSearchParams({ state: stateOf(page), iss: issuer, ...more }).toString()}`

t.beforeEach(() => { wire.clear() })

await t.test('a cancelled consent (the bare redirect URI, as at Logto) is a denial: nothing is read', async t => {
  const alice = somebody()
  const { page, rounds } = await alice.ask('forecast for Seattle', 'deny')
  t.equal(rounds[0]?.callback.href, `${world.botUrl}/callback`, 'no parameter at all')
  t.equal(page.status, 200)
  t.equal(outcomeOf(page), 'denied')
  t.match(page.body, 'You did not allow it; nothing was read.')
  t.match(page.body, /<button id="ask-again" name="question" value="forecast for Seattle">/)
  t.equal(wire.tokenRequests.length, 0)
  t.ok(wire.apiCalls.every(({ authorization }) => authorization === undefined))
  t.equal((await alice.request('/callback')).status, 400, 'a denial counts once')
  t.equal(outcomeOf((await alice.ask('forecast for Seattle')).page), 'forecast', 'asked again and allowed')
  const denied = await alice.ask('save Seattle as home', 'deny')
  t.match(denied.page.body, 'You did not allow it; nothing was saved.', 'as true after the look-up that came before')
  t.strictSame(permissionsOf(denied.page), ['read:weather'], 'what was allowed before stays')
  t.equal((await alice.ask('forecast for Seattle')).rounds.length, 0)
})

await t.test('error=access_denied is a denial too; another error is told as what it is', async t => {
  const alice = somebody()
  const denied = await alice.follow(await alice.request(answerTo(await alice.post('my places'), { error: 'access_denied' })))
  t.equal(outcomeOf(denied.page), 'denied')
  const refused = await alice.follow(await alice.request(answerTo(await alice.post('my places'), { error: 'invalid_scope', error_description: '<b>no</b>' })))
  t.equal(outcomeOf(refused.page), 'problem')
  t.match(refused.page.body, 'refused the request (invalid_scope: &lt;b&gt;no&lt;/b&gt;).')
})

await t.test('a callback that nobody here waits for is a 400, and no code is sent anywhere', async t => {
  const [alice, mallory] = [somebody(), somebody()]
  const ofMallory = await mallory.post('forecast for Seattle')
  const code = (await mallory.decide(ofMallory)).callback
  t.equal((await alice.request('/callback')).status, 400, 'bare, without a session')
  t.equal((await alice.request(code.href)).status, 400, 'another browser\'s callback, without a session')
  const pending = await alice.post('forecast for Seattle')
  t.equal((await alice.request(code.href)).status, 400, 'another browser\'s callback, in a session that waits for its own')
  t.equal((await alice.request('/callback?code=x&state=forged')).status, 400, 'made-up state')
  t.equal((await alice.request('/callback?code=x')).status, 400, 'no state')
  t.equal((await alice.request(`${answerTo(pending, { code: 'x' })}&state=${stateOf(pending)}`)).status, 400, 'state twice')
  t.equal((await alice.request(answerTo(pending, { code: 'x', iss: 'https://evil.example' }))).status, 400, 'issuer mix-up (RFC 9207)')
  t.equal((await alice.request(answerTo(pending, { code: 'x' }))).status, 400, 'each state counts once')
  t.equal(wire.tokenRequests.length, 0)
  t.match((await alice.request('/callback')).body, 'This sign-in does not belong here')
  const { page } = await mallory.follow(await mallory.request(code.href))
  t.equal(outcomeOf(page), 'forecast', 'whom it belongs to it still serves')
  t.equal((await mallory.request(code.href)).status, 400, 'but once')
})

await t.test('two tabs may be asking at once', async t => {
  const alice = somebody()
  const [first, second] = [await alice.post('forecast for Seattle'), await alice.post('past weather in Seattle')]
  const one = await alice.follow(await alice.request((await alice.decide(first)).callback.href))
  const two = await alice.follow(await alice.request((await alice.decide(second)).callback.href))
  t.strictSame([outcomeOf(one.page), outcomeOf(two.page)], ['forecast', 'observations'])
})

await t.test('the session\'s id changes at the sign-in, and another person\'s answers go', async t => {
  const alice = somebody()
  const asked = await alice.post('forecast for Seattle')
  const planted = alice.cookie
  const { page } = await alice.follow(asked)
  t.not(alice.cookie, planted)
  const thief = somebody()
  thief.cookie = planted
  t.match((await thief.request('/')).body, 'Nobody is signed in', 'the id from before is worth nothing')
  const bob = somebody()
  bob.cookie = alice.cookie // the same browser, but Bob signs in at the authorization server
  await bob.ask('my places', 'allow', 'bob')
  t.match((await bob.request('/')).body, 'Signed in as <strong>Bob</strong>')
  t.equal((await bob.request(page.url.href)).status, 404)
})

await t.test('what Alice wanted to save is not saved for whoever answers the consent', async t => {
  const alice = somebody()
  await alice.ask('forecast for Seattle')
  const asked = await alice.post('Save Seattle as home')
  wire.clear()
  const bob = somebody()
  bob.cookie = alice.cookie // the same browser, but Bob signs in at the authorization server
  const { page } = await bob.follow(asked, 'allow', 'bob')
  t.equal(outcomeOf(page), 'denied')
  t.match(page.body, 'Somebody else has signed in now, so nothing was changed.')
  t.match(page.body, 'Signed in as <strong>Bob</strong>')
  t.strictSame(wire.apiCalls, [], 'nothing was sent in his name')
  const { page: places } = await somebody().ask('my places')
  t.match(places.body, 'You have not saved any places yet', 'nor is anything saved for Alice')
})

await t.test('an API that points elsewhere is not followed', async t => {
  const foreign = { resource: 'https://evil.example/', authorization_servers: [issuer] }
  const insecure = { resource: `${apiUrl}/`, authorization_servers: ['http://evil.example'] }
  const challenge = (address: string) => ({ 'www-authenticate': `Bearer scope="read:weather", resource_metadata="${address}"` })
  const own = `${apiUrl}/.well-known/other`
  const cases: Array<[string, string, object, RegExp]> = [
    ['metadata on another origin', 'https://evil.example/metadata', {}, /points to another server/],
    ['on another port', 'http://localhost:1/metadata', {}, /points to another server/],
    ['metadata of another resource', own, foreign, /describes another service/],
    ['an authorization server without TLS', own, insecure, /without a secure connection/],
    ['no authorization server', own, { resource: `${apiUrl}/`, authorization_servers: [] }, /does not describe where/]
  ]
  for (const [name, address, metadata, text] of cases) {
    wire.clear()
    wire.api(401, 'Sign in.', challenge(address))
    wire.stub(({ url }) => url.href === own ? Response.json(metadata) : undefined)
    const { page } = await somebody().ask('forecast for Seattle')
    t.match(page.body, text, name)
    t.ok(wire.sent.every(({ url }) => url.origin === apiUrl), `${name}: nothing was sent there`)
  }
})

await t.test('what the API cannot do is told in its own words, escaped', async t => {
  const alice = somebody()
  await alice.ask('forecast for Seattle')
  const { page } = await alice.ask('forecast for <img src=x onerror=alert(1)>')
  t.equal(outcomeOf(page), 'problem')
  t.match(page.body, 'The weather service says: ')
  t.notMatch(page.body, '<img')
  for (const status of [404, 500, 502, 503]) {
    wire.clear()
    wire.api(status, `It is <${status}> here.`)
    t.match((await alice.ask('my places')).page.body, `The weather service says: It is &lt;${status}&gt; here.`)
  }
  wire.clear()
  wire.stub(({ url }) => { if (url.origin === apiUrl) throw new TypeError('fetch failed') })
  t.match((await alice.ask('my places')).page.body, 'The weather service cannot be reached at the moment.')
  wire.clear()
  wire.stub(({ url }) => url.origin === apiUrl ? Response.json({ forecast: 'fine' }) : undefined)
  t.match((await alice.ask('forecast for Seattle')).page.body, 'an answer that WeatherBot does not understand')
})

await t.test('a question that no rule fits calls nothing', async t => {
  const { page } = await somebody().ask('What is the meaning of life?')
  t.equal(outcomeOf(page), 'unknown')
  t.equal(wire.sent.length, 0)
})

await t.test('forms from other pages are refused', async t => {
  const alice = somebody()
  await alice.ask('forecast for Seattle')
  wire.clear()
  for (const origin of ['https://evil.example', 'http://localhost:1', 'null', null]) {
    for (const path of ['/ask', '/sign-out']) {
      const { status } = await alice.request(path, { question: 'Save Seattle as evil' }, origin)
      t.equal(status, 403, `${path} from ${origin}`)
    }
  }
  t.equal(wire.sent.length, 0)
  t.match((await alice.request('/')).body, 'Signed in as', 'and she is signed in still')
})

await t.test('headers: strict policy without form-action, nothing kept, a cookie that scripts cannot read', async t => {
  const alice = somebody()
  const page = await alice.request('/')
  t.equal(page.headers.get('content-security-policy'), "default-src 'none';style-src 'self';img-src data:;base-uri 'none';frame-ancestors 'none'")
  t.match(Object.fromEntries(page.headers), { 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'content-type': 'text/html; charset=utf-8' })
  t.equal(page.headers.get('set-cookie'), null, 'no cookie before there is something to remember')
  const asked = await alice.post('my places')
  t.match(asked.headers.get('set-cookie'), /^weatherbot=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/)
  t.equal((await alice.request('/style.css')).headers.get('content-type'), 'text/css; charset=utf-8')
  t.equal((await alice.request('/nothing')).status, 404)
  t.equal((await alice.request('/ask', { other: 'field' })).status, 400)
  t.equal((await alice.request('/ask', { question: 'x'.repeat(9000) })).status, 413)
})

await t.test('no token, secret or code reaches a browser or the log', async t => {
  t.ok(wire.secrets.size >= 10)
  const shown = everybody.flatMap(person => person.received).join('\n')
  for (const secret of [...wire.secrets, 'weatherbot-development-secret']) {
    if (shown.includes(secret)) t.fail('a token was sent to a browser')
    if (world.log.some(line => line.includes(secret))) t.fail('a token was logged')
  }
  t.match(world.log.join(''), '"reason":"TypeError","msg":"Trouble"', 'what went wrong is logged by its code')
  t.notMatch(world.log.join(''), /code=|state=|code_verifier|[?&]iss=|access_denied/, 'no query strings')
  const cookies = everybody.map(({ cookie }) => cookie.split('=').slice(1).join('=')).filter(cookie => cookie !== '')
  t.ok(cookies.length > 5)
  for (const cookie of cookies) {
    const data: unknown = world.bot.decodeSecureSession(decodeURIComponent(cookie))?.data()
    t.strictSame(Object.keys(data ?? {}), ['weatherBotSession'], 'a name for the session and nothing else')
  }
})
