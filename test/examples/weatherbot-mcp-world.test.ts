import t from 'tap'
import { outcomeOf, permissionsOf, Person } from './weatherbot-person.js'
import { startWorld } from './weatherbot-world.js'

const world = await startWorld(t, { API_STYLE: 'mcp' })
const { wire, apiUrl } = world
const alice = new Person(world)
const sentToApi = (): string[] => wire.sent.filter(({ url }) => url.origin === apiUrl).map(({ url }) => url.pathname)

t.beforeEach(() => { wire.clear() })

await t.test('401 at /mcp, metadata of /mcp, consent, tools, answer: all by MCP, nothing by REST', async t => {
  const asked = await alice.post('What is the forecast for Seattle?')
  t.strictSame(sentToApi(), ['/mcp', '/.well-known/oauth-protected-resource/mcp'])
  t.match(asked.location?.searchParams.get('scope'), /^openid profile email offline_access read:weather/)
  const { page } = await alice.follow(asked)
  t.equal(outcomeOf(page), 'forecast')
  t.match(page.body, '<h1 id="answer-title">Outlook, not a forecast</h1>')
  t.match(page.body, 'data-tool="get_forecast"')
  t.ok(sentToApi().every(path => path.includes('mcp')))
})

await t.test('past weather, places, and the step-up to save one', async t => {
  t.equal(outcomeOf((await alice.ask('How was the weather in New York in July 2014?')).page), 'observations')
  t.equal(outcomeOf((await alice.ask('Show my places')).page), 'places')
  const { page, rounds } = await alice.ask('Save Seattle as home')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes), [['write:places']])
  t.equal(outcomeOf(page), 'saved')
  t.strictSame([...permissionsOf(page)].sort(), ['read:places', 'read:weather', 'write:places'])
  t.match((await alice.ask('my places')).page.body, '<strong>home</strong>')
  wire.clear()
  const { page: home } = await alice.ask('How is the weather at home?')
  t.match(home.body, /id="saved-place"[^>]*>home</, 'and is found by its name')
  t.match(home.body, /data-tool="list_places".*data-tool="get_forecast".*latitude: 47\.6/s)
  await alice.ask('Save 40.71, -74.01 as Cabin')
  t.match((await alice.ask('weather at Cabin tomorrow')).page.body, /id="saved-place"[^>]*>Cabin</, 'also after the API said that it knows no such city')
})

await t.test('what the tool can\'t do is told in the API\'s words', async t => {
  const { page } = await alice.ask('forecast for Nowhereville-on-Nothing')
  t.equal(outcomeOf(page), 'problem')
  t.match(page.body, 'The weather service says: ')
})

await t.test('a token that ran out is refreshed once', async t => {
  await alice.ask('my places')
  const token = wire.sent.find(({ url }) => url.pathname === '/mcp')?.authorization ?? ''
  wire.clear()
  wire.expire(token.replace('Bearer ', ''))
  const { page, rounds } = await alice.ask('my places')
  t.equal(rounds.length, 0)
  t.equal(outcomeOf(page), 'places')
  t.equal(wire.tokenRequests.length, 1)
})

await t.test('Bob hears an honest no; a refusal is kindly told', async t => {
  const { page } = await new Person(world).ask('forecast for Seattle', 'allow', 'bob')
  t.equal(outcomeOf(page), 'refused')
  t.equal(outcomeOf((await new Person(world).ask('forecast for Seattle', 'deny')).page), 'denied')
})

await t.test('what can\'t be answered calls nothing', async t => {
  t.equal(outcomeOf((await alice.ask('Will it snow on the moon?')).page), 'unknown')
  t.strictSame(wire.sent, [])
})
