import { deepStrictEqual as deepEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { bearerChallenge, parseChallenges } from '../../examples/weatherbot/challenge.js'
import { readBotConfig } from '../../examples/weatherbot/config.js'
import { buildWeatherBot } from '../../examples/weatherbot/app.js'
import { html } from '../../examples/weatherbot/pages/html.js'
import { examples, plan } from '../../examples/weatherbot/planner/index.js'
import { SessionStore } from '../../examples/weatherbot/session/store.js'

await t.test('every list of challenges that RFC 9110 allows is read back as it was written', async t => {
  const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/)
  const value = fc.string({ unit: fc.constantFrom(...'aZ09 ,="\\/:éß\t~'), maxLength: 20 })
  const parameters = fc.uniqueArray(fc.tuple(token.map(name => name.toLowerCase()), value), { minLength: 1, maxLength: 5, selector: ([name]) => name })
  const challenge = fc.tuple(token, fc.oneof(parameters, fc.constant([])))
  const separator = fc.constantFrom(',', ', ', ' , ', ',, ', ',\t')
  const write = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(challenge, { maxLength: 4 }), separator, fc.constantFrom('=', ' = ', '\t='), (list, comma, equals) => {
    const header = list.map(([scheme, pairs]) =>
      `${scheme} ${pairs.map(([name, text]) => `${name.toUpperCase()}${equals}${write(text)}`).join(comma)}`.trim()).join(comma)
    deepEqual(
      parseChallenges(header).map(({ scheme, parameters }) => [scheme, [...parameters]]),
      list.map(([scheme, pairs]) => [scheme.toLowerCase(), pairs]))
  }), { numRuns: 1000 }))
})

await t.test('no text makes the challenge parser throw or dawdle', async t => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), text => { parseChallenges(text) }))
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'aB=",\\ \t'), maxLength: 60 }), text => { parseChallenges(`Bearer ${text}`) }), { numRuns: 2000 })
  const began = performance.now()
  for (const part of ['a ', ',', 'a="', '\\"', 'a=b,', '" ', 'a=\t', '\t,']) parseChallenges(`Bearer x="${part.repeat(8000)}`)
  t.ok(performance.now() - began < 1000)
})

await t.test('challenges as servers write them', async t => {
  const metadata = 'https://api.example/.well-known/oauth-protected-resource'
  t.match(bearerChallenge(`Bearer error="insufficient_scope", scope="read:places  write:places", resource_metadata="${metadata}"`),
    { error: 'insufficient_scope', scopes: ['read:places', 'write:places'], resourceMetadata: metadata })
  t.match(bearerChallenge(`Negotiate YWJj==, Basic realm="a, Bearer scope=\\"no\\"", bEaReR SCOPE=one,resource_metadata="${metadata}"`), { scopes: ['one'], resourceMetadata: metadata })
  t.match(bearerChallenge('Bearer'), { scopes: [], error: undefined }, 'bare')
  t.match(bearerChallenge('Bearer,Basic realm=x'), { scopes: [] })
  t.equal(bearerChallenge('Bearer scope="a", scope="b"'), undefined, 'a parameter twice')
  t.equal(bearerChallenge('Basic realm="Bearer scope"'), undefined)
  t.equal(bearerChallenge(null), undefined)
  t.match(bearerChallenge('Bearer scope="unfinished'), { scopes: [] })
})

await t.test('the planner: each example is understood; what is not is admitted', async t => {
  const today = new Date('2026-05-05T12:00:00Z')
  t.strictSame(examples.map(question => plan(question, today).kind), ['forecast', 'observations', 'places', 'save'])
  const cases: Array<[string, object]> = [
    ['What’s the weather like in Paris, FR tomorrow?', { kind: 'forecast', where: { place: 'Paris, FR' }, days: 2 }],
    ['Will it rain in New York for the next 3 days?', { kind: 'forecast', where: { place: 'New York' }, days: 3 }],
    ['seattle weather', { kind: 'forecast', where: { place: 'seattle' } }],
    ['forecast for 47.6, -122.3', { kind: 'forecast', where: { latitude: 47.6, longitude: -122.3 } }],
    ['past weather in New York', { kind: 'observations', where: { place: 'New York' } }],
    ['weather in Seattle from 2014-01-01 to 2014-01-05', { kind: 'observations', where: { place: 'Seattle' }, from: '2014-01-01', to: '2014-01-05' }],
    ['How was the weather in Seattle in February 2012?', { kind: 'observations', where: { place: 'Seattle' }, from: '2012-02-01', to: '2012-02-29' }],
    ['rain in Seattle in 2013', { kind: 'observations', where: { place: 'Seattle' }, from: '2013-01-01', to: '2013-12-31' }],
    ['Was it cold in Seattle yesterday?', { kind: 'observations', where: { place: 'Seattle' }, from: '2026-05-04', to: '2026-05-04' }],
    ['weather in Seattle last week', { kind: 'observations', where: { place: 'Seattle' }, from: '2026-04-28', to: '2026-05-04' }],
    ['which places do I have', { kind: 'places' }],
    ['please save 47.6,-122.3 as “my office”', { kind: 'save', where: { latitude: 47.6, longitude: -122.3 }, name: 'office' }],
    ['Remember New York to my places', { kind: 'save', where: { place: 'New York' }, name: 'New York' }]
  ]
  for (const [question, intent] of cases) t.strictSame(plan(question, today), intent, question)
  for (const question of ['', '2 + 2?', 'delete my place', 'forecast for my places', 'what is the forecast', 'save as home', 'forecast for Seattle on 2090-01-01', `weather in ${'x'.repeat(200)}`]) {
    t.equal(plan(question, today).kind, 'unknown', question)
  }
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 220 }), text => { plan(text, today); plan(`weather in ${text}`, today) }))
})

await t.test('pages escape whatever is put into them', async t => {
  t.equal(html`<p title="${'"&\''}">${'<b>'}${[html`<i>${1}</i>`, undefined]}</p>`.toString(), '<p title="&quot;&amp;&#39;">&lt;b&gt;<i>1</i></p>')
})

await t.test('configuration: defaults are the seeded client; wrong values are named in one line', async t => {
  t.strictSame(readBotConfig({ CLIENT_ID: '' }), {
    port: 4000, botUrl: 'http://localhost:4000', apiUrl: 'http://localhost:3000', redirectUri: 'http://localhost:4000/callback', clientId: 'weatherbot', clientSecret: 'weatherbot-development-secret', apiStyle: 'rest'
  })
  t.match(readBotConfig({ API_URL: 'https://api.example/', BOT_URL: 'https://bot.example', CLIENT_ID: 'a', CLIENT_SECRET: 'b' }),
    { apiUrl: 'https://api.example', redirectUri: 'https://bot.example/callback', clientId: 'a', clientSecret: 'b' })
  const wrong: Array<[Record<string, string>, RegExp]> = [
    [{ BOT_PORT: '0' }, /^BOT_PORT: expected a port number from 1 to 65535, found "0"$/], [{ BOT_PORT: '4e3' }, /^BOT_PORT/],
    [{ API_URL: 'http://api.example' }, /^API_URL: expected an https origin such as https:\/\/api\.example\.com .*, found "http:\/\/api\.example"$/], [{ API_URL: 'https://api.example/v1' }, /^API_URL/], [{ BOT_URL: 'bot' }, /^BOT_URL/],
    [{ API_URL: 'https://api.example' }, /^CLIENT_ID/], [{ CLIENT_ID: 'a' }, /^CLIENT_SECRET/], [{ CLIENT_SECRET: 'hidden' }, /^CLIENT_ID: (?!.*hidden)/]
  ]
  for (const [env, message] of wrong) t.throws(() => readBotConfig(env), { message })
})

await t.test('sessions end by time and number; signed-in people are the last to go', async t => {
  let now = 0
  const store = new SessionStore({ now: () => now, max: 2 })
  const first = store.create()
  t.equal(store.find(first.id), first)
  Object.assign(first, { tokens: {} })
  const second = store.create()
  const third = store.create()
  t.equal(store.find(second.id), undefined, 'nobody signed in there')
  t.ok(store.find(first.id))
  t.ok(store.find(third.id))
  const renewed = store.renew(first)
  t.equal(store.find(first.id), undefined)
  t.equal(store.find(renewed?.id ?? ''), renewed)
  t.equal(store.renew(first), undefined, 'an ended session does not come back')
  now = 9 * 60 * 60_000
  t.equal(store.find(third.id), undefined, 'nine hours later')
})

await t.test('behind https the cookie is bound to host and TLS, and HSTS is sent', async t => {
  const config = readBotConfig({ API_URL: 'https://api.example', BOT_URL: 'https://bot.example', CLIENT_ID: 'a', CLIENT_SECRET: 'b' })
  const app = await buildWeatherBot({ config, fetch: async () => Response.json({}, { status: 500 }) })
  t.teardown(async () => { await app.close() })
  const { headers } = await app.inject({ method: 'POST', url: '/ask', headers: { origin: 'https://bot.example', 'content-type': 'application/x-www-form-urlencoded' }, payload: 'question=my+places' })
  t.match(headers['set-cookie'], /^__Host-weatherbot=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  t.ok(headers['strict-transport-security'])
})
