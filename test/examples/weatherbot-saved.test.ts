import t from 'tap'
import { outcomeOf, permissionsOf, Person, type Page } from './weatherbot-person.js'
import { startWorld } from './weatherbot-world.js'

const world = await startWorld(t)
const { wire } = world
const alice = new Person(world)

t.beforeEach(() => { wire.clear() })

const paths = (): string[] => wire.apiCalls.filter(({ authorization }) => authorization !== undefined).map(({ method, url }) => `${method} ${url.pathname}${url.search}`)
const headingOf = ({ body }: Page): string | undefined => /id="saved-place"[^>]*>([^<]*)</.exec(body)?.[1]
const api = (scopes: readonly string[] = []): string[] => scopes.filter(scope => scope.includes(':')).sort()

await t.test('"home" that nobody saved is not the town of Home, WA', async t => {
  const { page, rounds } = await alice.ask('How is the weather at home?')
  t.strictSame(rounds.map(({ consentScopes }) => api(consentScopes)), [['read:places', 'read:weather']], 'both permissions are asked for at once')
  t.equal(outcomeOf(page), 'unknown')
  t.match(page.body, 'You have not saved a place called “home”. Try “Save Seattle as home”')
  t.strictSame(paths(), ['GET /v1/places'])
  wire.clear()
  const { page: town } = await alice.ask('weather in Home, WA')
  t.match(town.body, '<strong>Home, WA, US</strong>', 'with its state it is the town')
  t.equal(headingOf(town), undefined)
})

await t.test('saved as home, asked about as home, my home and Home: the coordinates that were saved', async t => {
  const { rounds } = await alice.ask('Save Seattle as home')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes), [['write:places']])
  for (const question of ['How is the weather at home?', 'forecast for my home tomorrow', 'How was the weather at Home in July 2014?']) {
    wire.clear()
    const { page, rounds } = await alice.ask(question)
    t.equal(rounds.length, 0)
    t.match(outcomeOf(page), /^(?:forecast|observations)$/, question)
    t.equal(headingOf(page), 'home')
    const [list, weather] = paths()
    t.equal(list, 'GET /v1/places')
    t.match(weather, /latitude=47\.6\d*&longitude=-122\.3\d*/)
    t.match(page.body, /station/i)
  }
})

await t.test('a name that is no city may be a saved place: it is looked up then, with the permission for it', async t => {
  await alice.ask('Save 40.71, -74.01 as my Cabin')
  const fresh = new Person(world)
  await fresh.ask('forecast for Seattle')
  wire.clear()
  const { page, rounds } = await fresh.ask('weather at Cabin tomorrow')
  t.strictSame(rounds.map(({ consentScopes }) => consentScopes), [['read:places']])
  t.equal(outcomeOf(page), 'forecast')
  t.equal(headingOf(page), 'Cabin')
  t.match(page.body, /latitude: 40\.71, longitude: -74\.01/, 'the page says what was asked')
  t.equal(headingOf((await fresh.ask('weather at the cabin')).page), 'Cabin')
  t.equal(headingOf((await fresh.ask('forecast for my cabin')).page), 'Cabin')
})

await t.test('a city is a city, and what is neither is told in the API\'s words', async t => {
  await alice.ask('forecast for Seattle')
  t.strictSame(paths(), ['GET /v1/forecast?place=Seattle'], 'the saved places are not read without need')
  const { page } = await alice.ask('weather in Nowhereville')
  t.equal(outcomeOf(page), 'problem')
  t.match(page.body, /The weather service says: No city named &quot;Nowhereville&quot;.*You have not saved a place of that name either\./)
  const { page: nothing } = await alice.ask('How was the weather in Seattle on 1950-01-01?')
  t.notMatch(nothing.body, 'saved a place', 'a known place without observations is not looked for')
})

await t.test('two places of one name: nobody guesses which', async t => {
  await alice.ask('Save Seattle as home')
  t.equal(headingOf((await alice.ask('weather at home')).page), 'home', 'the same place twice is one place')
  await alice.ask('Save New York as home')
  const { page } = await alice.ask('weather at home')
  t.equal(outcomeOf(page), 'unknown')
  t.match(page.body, /You have saved 2 places called “home”: 47\.6\d*, -122\.3\d*; 40\.7\d*, -74\.0\d*\./)
})

await t.test('a saved place can be saved under another name; who may not read places is told so', async t => {
  const { page } = await alice.ask('Save my cabin as hideout')
  t.equal(outcomeOf(page), 'saved')
  t.match(page.body, '<strong>hideout</strong> <span class="quiet-text">(40.71, -74.01)')
  const bob = await new Person(world).ask('weather at home', 'allow', 'bob')
  t.equal(outcomeOf(bob.page), 'refused', 'his account may not read places')
  t.strictSame(permissionsOf(bob.page), [])
})
