import t from 'tap'
import { carryOut } from '../../examples/weatherbot/agent/answers.js'
import type { Args, Tool } from '../../examples/weatherbot/api/client.js'
import { inputSchema } from '../../examples/weatherbot/api/input-schema.js'
import { createRestClient } from '../../examples/weatherbot/api/rest.js'
import { plan } from '../../examples/weatherbot/planner/index.js'
import { choose } from '../../examples/weatherbot/planner/meaning.js'
import { NothingFits } from '../../examples/weatherbot/planner/nothing-fits.js'

const today = new Date('2026-05-05T12:00:00Z')

const tool = (name: string, properties: Record<string, object>, more: Partial<Tool> = {}): Tool => ({
  name, title: '', description: '', tags: [], input: inputSchema(properties as Tool['input']['properties'], []), scopes: [], writes: false, ...more
})
const text = (description = ''): object => ({ type: 'string', description })
const number = (description = ''): object => ({ type: 'number', description })

/** The tools of another weather service: other names, other parameters, the same meaning. */
const others: Tool[] = [
  tool('ping', {}),
  tool('fetchDailyOutlook', { q: text('City to look up'), lat: number(), lng: number(), horizon: { type: 'integer', description: 'How many days ahead', maximum: 5 } }),
  tool('station_history', { town: text(), y: number('degrees north'), x: number('degrees east'), startDate: text(), until: text() }, { tags: ['Past'] }),
  tool('removeFavourite', { id: text() }, { writes: true }),
  tool('addFavourite', { label: text(), lat: number(), long: number() }, { writes: true }),
  tool('getFavourite', { id: text() }, { input: inputSchema({ id: { type: 'string' } }, ['id']) }),
  tool('allFavourites', {})
]

/** What a question comes to at these tools: the calls, or the words of the refusal. */
async function askedOf (tools: readonly Tool[], question: string): Promise<unknown> {
  const calls: Array<[string, Args]> = []
  const intent = plan(question, today)
  if (intent.kind === 'call') throw new Error('the planner chooses by meaning')
  try {
    const outcome = await carryOut(intent, {
      tools: async () => tools,
      need () {},
      call: async ({ name }, args) => {
        calls.push([name, args])
        if (/outlook|forecast/i.test(name)) return { kind: 'x', source: 'x', attribution: 'x', note: 'x', location: { latitude: 1, longitude: 2 }, days: [] }
      }
    })
    if (outcome.kind === 'unknown') return calls.length === 0 ? outcome.text : 'it called something'
  } catch (error) {
    if (error instanceof NothingFits) return calls.length === 0 ? error.message : 'it called something'
    if (!/does not understand/.test(String(error))) throw error // only forecasts are answered here
  }
  return calls
}

await t.test('what is wanted is found by its meaning, under other names than the service\'s own', async t => {
  const cases: Array<[string, Array<[string, Args]>]> = [
    ['forecast for Oslo', [['fetchDailyOutlook', { q: 'Oslo' }]]],
    ['Will it rain in Oslo for the next 3 days?', [['fetchDailyOutlook', { q: 'Oslo', horizon: 3 }]]],
    ['forecast for 47.6, -122.3', [['fetchDailyOutlook', { lat: 47.6, lng: -122.3 }]]],
    ['weather in Oslo from 2014-01-01 to 2014-01-05', [['station_history', { town: 'Oslo', startDate: '2014-01-01', until: '2014-01-05' }]]],
    ['past weather in 47.6, -122.3', [['station_history', { y: 47.6, x: -122.3 }]]],
    ['show my places', [['allFavourites', {}]]],
    ['Save Oslo as home', [['fetchDailyOutlook', { q: 'Oslo' }], ['addFavourite', { label: 'home', lat: 1, long: 2 }]]]
  ]
  for (const [question, calls] of cases) t.strictSame(await askedOf(others, question), calls, question)
})

await t.test('MCP\'s names for the same things are understood too, whatever their order', async t => {
  const where = { place: text('Name of a city or town'), latitude: number(), longitude: number() }
  const tools = [
    tool('who_am_i', {}), tool('delete_place', { id: text() }, { writes: true }), tool('update_place', { id: text(), name: text() }, { writes: true }),
    tool('create_place', { name: text(), latitude: number(), longitude: number() }, { writes: true }), tool('list_places', {}),
    tool('get_observations', { ...where, from: text('First day'), to: text('Last day') }, { description: 'Daily observations of the station near a place' }),
    tool('get_forecast', { ...where, days: number('How many days') }, { description: 'Daily forecast for a place, or an outlook from past observations' })
  ]
  for (const list of [tools, [...tools].reverse()]) {
    t.strictSame(await askedOf(list, 'forecast for Oslo tomorrow'), [['get_forecast', { place: 'Oslo', days: 2 }]])
    t.strictSame(await askedOf(list, 'How was the weather in Oslo in July 2014?'), [['get_observations', { place: 'Oslo', from: '2014-07-01', to: '2014-07-31' }]])
    t.strictSame(await askedOf(list, 'my places'), [['list_places', {}]])
    t.strictSame(await askedOf(list, 'save 1.5, 2.5 as home'), [['create_place', { name: 'home', latitude: 1.5, longitude: 2.5 }]])
  }
})

await t.test('where the API has nothing that fits, it says so and calls nothing', async t => {
  const without = (name: string): Tool[] => others.filter(tool => tool.name !== name)
  const cases: Array<[readonly Tool[], string, RegExp]> = [
    [[], 'forecast for Oslo', /offers nothing that I recognise as weather forecasts/],
    [without('fetchDailyOutlook'), 'forecast for Oslo', /weather forecasts/],
    [without('station_history'), 'past weather in Oslo', /past weather/],
    [without('allFavourites'), 'show my places', /also wants to know “id”/],
    [[tool('ping', {})], 'show my places', /a list of saved places/],
    [without('addFavourite'), 'Save Oslo as home', /a way to save places/],
    [others, 'forecast for Oslo for the next 6 days', /tells 5 days at the most, counted from today; your question would take 6/],
    [[tool('forecast', { latitude: number(), longitude: number() })], 'forecast for Oslo', /no way to ask for a place by its name/],
    [[tool('forecast', { city: text() })], 'forecast for Oslo tomorrow', /no way to ask for a number of days/],
    [[tool('forecast', { city: text(), key: text() }, { input: inputSchema({ city: { type: 'string' }, key: { type: 'string' } }, ['key']) })], 'forecast for Oslo', /also wants to know “key”/],
    [[tool('deleteForecast', { city: text() }, { writes: true })], 'forecast for Oslo', /nothing that I recognise/]
  ]
  for (const [tools, question, words] of cases) t.match(await askedOf(tools, question), words, `${question}: ${words.source}`)
})

await t.test('what sounds like a question about the weather and can\'t be answered is admitted before anything is looked up', async t => {
  const cases: Array<[string, RegExp]> = [
    ['Will it snow on the moon?', /only know the weather on Earth/],
    ['weather on Mars tomorrow', /only know the weather on Earth/],
    ['book me a hotel', /cannot do that for you/],
    ['Please book me a warm hotel in Seattle', /cannot do that for you/],
    ['Can you send the forecast for Seattle to Bob?', /cannot do that for you/],
    ['When is sunrise in Seattle?', /I do not know about that/],
    ['humidity in Seattle', /I do not know about that/],
    ['Will it rain in Seattle at 5 pm?', /whole days, not hours/],
    ['hourly forecast for Seattle', /whole days/],
    ['Will it rain in Seattle next year?', /beyond any forecast/],
    ['forecast for Seattle in 3 months', /beyond any forecast/],
    ['forecast for Seattle on Friday', /weekdays/],
    ['forecast for Seattle on 2090-01-01', /beyond any forecast/],
    ['delete my home', /not change or delete/],
    ['What is the meaning of life?', /did not find any of that/]
  ]
  for (const [question, words] of cases) {
    t.match(await askedOf(others, question), words, question)
    const intent = plan(question, today)
    t.equal(intent.kind, 'unknown', `${question}: known without looking at the API`)
  }
  for (const question of ['weather in Moon, PA', 'forecast for Mars, PA', 'weather in Sunrise, FL', 'forecast for Half Moon Bay', 'weather in Sunset Beach', 'forecast for Tuesday Harbor', 'weather in Booking']) {
    t.equal(plan(question, today).kind, 'forecast', `${question} is a town`)
  }
})

await t.test('a whole round at an API of another make: its document leads, nothing else is known', async t => {
  const urls: string[] = []
  const document = {
    openapi: '3.0.3',
    servers: [{ url: '/api/v7' }],
    paths: {
      '/outlook/{town}': {
        get: {
          operationId: 'dailyOutlook',
          summary: 'Weather of the next days',
          parameters: [
            { name: 'town', in: 'path', required: true, schema: { type: 'string' } }, { name: 'n', in: 'query', description: 'Number of days', schema: { type: 'integer' } }
          ]
        }
      }
    }
  }
  const client = createRestClient({
    apiUrl: 'https://other.example',
    now: () => 0,
    fetch: async input => {
      urls.push(String(input))
      return Response.json(urls.at(-1)?.endsWith('/openapi.json') ? document : {})
    }
  })
  const { tool, args } = choose(await client.tools(), 'forecast', { place: 'Århus', days: 2 })
  await client.call(tool, args)
  t.equal(urls.at(-1), 'https://other.example/api/v7/outlook/%C3%85rhus?n=2')
})
