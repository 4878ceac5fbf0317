import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import t from 'tap'
import { COOLDOWN_MS } from '../../src/weather/forecast.js'
import { GAZETTEER_ATTRIBUTION } from '../../src/weather/gazetteer.js'
import { OBSERVATIONS_ATTRIBUTION } from '../../src/weather/observations.js'
import { OPEN_METEO_ATTRIBUTION } from '../../src/weather/open-meteo.js'
import { ForecastSchema, ObservationsSchema } from '../../src/weather/schemas.js'
import { createWeather, type ForecastQuery, type ObservationsQuery } from '../../src/weather/service.js'
import { openMeteoAnswer, problemOf, sendJson, startDouble } from './double.js'

const seattle = { latitude: 47.6062, longitude: -122.3321 }
const paris = { latitude: 48.8534, longitude: 2.3488 }
const now = (): Date => new Date('2026-03-01T23:30:00Z')

/** Fails unless the schema declares all that the answer has (it is closed) and the answer all that it must have. */
function conforms<S extends TSchema> (schema: S, answer: Static<S>): boolean {
  return Value.Check(schema, answer) && [...Value.Errors(schema, answer)].length === 0
}

await t.test('source open-meteo: a forecast that says so, and no station', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(7)))
  const weather = createWeather({ source: 'open-meteo', openMeteoUrl: double.url, now })
  const forecast = await weather.forecast(seattle)
  t.ok(conforms(ForecastSchema, forecast))
  t.match(forecast, { source: 'open-meteo', kind: 'forecast', attribution: OPEN_METEO_ATTRIBUTION, location: seattle })
  t.equal(forecast.station, undefined)
  t.equal(forecast.days.length, 7, 'seven days unless asked otherwise')
  t.ok(forecast.days.every(day => day.windSpeedMean === undefined && day.windSpeedMax !== undefined))
})

await t.test('source open-meteo: a failure is a 502 also near a station', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, {}, 500))
  const weather = createWeather({ source: 'open-meteo', openMeteoUrl: double.url, now })
  t.equal((await problemOf(weather.forecast(seattle))).code, 'bad_gateway')
  t.equal((await problemOf(weather.forecast(seattle))).code, 'bad_gateway')
  t.equal(double.requests.length, 2, 'and there is no pause')
})

await t.test('source observations: an outlook that says it is no forecast; Open-Meteo is not asked', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(3)))
  const weather = createWeather({ source: 'observations', openMeteoUrl: double.url, now })
  const forecast = await weather.forecast({ ...seattle, days: 3 })
  t.ok(conforms(ForecastSchema, forecast))
  t.match(forecast, {
    source: 'observations',
    kind: 'climatological-outlook',
    attribution: OBSERVATIONS_ATTRIBUTION,
    note: /^Not a forecast: averages of 2012–2015 for these days of the year/,
    station: { name: /Seattle/, distanceKm: 18 },
    days: [{ date: '2026-03-01' }, { date: '2026-03-02' }, { date: '2026-03-03' }]
  })
  t.ok(forecast.days.every(day => day.windSpeedMax === undefined && day.windSpeedMean !== undefined))
  t.equal((await problemOf(weather.forecast(paris))).code, 'no_observations')
  t.equal(double.requests.length, 0)
})

await t.test('auto: Open-Meteo when it answers, the outlook when it does not, and a pause after a failure', async t => {
  let healthy = true
  let clock = now().getTime()
  const double = await startDouble(t, (_, response) => {
    if (healthy) sendJson(response, openMeteoAnswer(2))
    else response.end('<html>maintenance</html>')
  })
  const weather = createWeather({ source: 'auto', openMeteoUrl: double.url, now: () => new Date(clock) })
  const source = async (): Promise<string> => (await weather.forecast({ ...seattle, days: 2 })).source

  t.equal(await source(), 'open-meteo')
  healthy = false
  const fallback = await weather.forecast({ ...seattle, days: 2 })
  t.ok(conforms(ForecastSchema, fallback))
  t.match(fallback, { source: 'observations', kind: 'climatological-outlook', attribution: OBSERVATIONS_ATTRIBUTION })
  t.match(fallback.note, /^No forecast could be had: Open-Meteo answered with something that is not JSON\. Not a forecast/)
  t.notMatch(fallback.note, 'maintenance')

  healthy = true
  t.equal(double.requests.length, 2)
  clock += COOLDOWN_MS - 1
  t.equal(await source(), 'observations', 'within the pause Open-Meteo is not asked')
  t.equal(double.requests.length, 2)
  clock += 1
  t.equal(await source(), 'open-meteo', 'after it, it is')
  t.equal(double.requests.length, 3)

  healthy = false
  t.equal(await source(), 'observations')
  healthy = true
  clock -= 3_600_000
  t.equal(await source(), 'open-meteo', 'a clock set back does not prolong the pause')
})

await t.test('auto: a time-out costs its time once, then the answers are quick', async t => {
  const double = await startDouble(t, () => {})
  const weather = createWeather({ source: 'auto', openMeteoUrl: double.url, openMeteoTimeoutMs: 300, now })
  t.match((await weather.forecast(seattle)).note, /did not answer within 0\.3 s/)
  const started = performance.now()
  for (let i = 0; i < 5; i++) t.equal((await weather.forecast(seattle)).source, 'observations')
  t.ok(performance.now() - started < 250)
  t.equal(double.requests.length, 1)
})

await t.test('auto: no forecast and no station near is a 502 that says both and where observations are', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, {}, 503))
  const weather = createWeather({ source: 'auto', openMeteoUrl: double.url, now })
  for (const problem of [await problemOf(weather.forecast(paris)), await problemOf(weather.forecast(paris))]) {
    t.match(problem, { code: 'bad_gateway', statusCode: 502, retryAfter: 60, members: { stations: [{ latitude: 47.4444 }, { latitude: 40.6386 }] } })
    t.equal(problem.message, 'Open-Meteo answered with status 503. ' +
      'Nor are there observations within 50 km of 48.8534, 2.3488; there are some near Seattle and New York.')
    t.match(problem.cause, { code: 'bad_gateway' })
  }
  t.equal(double.requests.length, 1)
})

await t.test('a place name is resolved, shown, and attributed beside the weather', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(1)))
  const weather = createWeather({ source: 'auto', openMeteoUrl: double.url, now })
  const forecast = await weather.forecast({ place: 'paris, tx', days: 1 })
  t.ok(conforms(ForecastSchema, forecast))
  t.equal(forecast.attribution, `${OPEN_METEO_ATTRIBUTION}; ${GAZETTEER_ATTRIBUTION}`)
  t.strictSame(forecast.location, { name: 'Paris', region: 'TX', country: 'US', latitude: 33.66094, longitude: -95.55551 })
  t.match(double.requests[0], 'latitude=33.6609&longitude=-95.5555')

  const observed = await weather.observations({ place: 'new york' })
  t.ok(conforms(ObservationsSchema, observed))
  t.equal(observed.attribution, `${OBSERVATIONS_ATTRIBUTION}; ${GAZETTEER_ATTRIBUTION}`)
  t.match(observed, { location: { name: 'New York City' }, station: { name: /Kennedy/ } })
  t.equal((await problemOf(weather.forecast({ place: 'Nowhereville' }))).code, 'unknown_place')
})

await t.test('observations: from the station data whatever the source, newest first, limited, with the total', async t => {
  for (const source of ['auto', 'open-meteo', 'observations'] as const) {
    const latest = await createWeather({ source, openMeteoUrl: 'http://127.0.0.1:9', now }).observations(seattle)
    t.ok(conforms(ObservationsSchema, latest))
    t.match(latest, { source: 'observations', attribution: OBSERVATIONS_ATTRIBUTION, total: 1461, period: { from: '2012-01-01', to: '2015-12-31' } })
    t.strictSame(latest.days.map(day => day.date), [31, 30, 29, 28, 27, 26, 25].map(day => `2015-12-${day}`))
  }
  const weather = createWeather({ source: 'observations', now })
  const range = await weather.observations({ ...seattle, from: '2012-01-01', to: '2012-01-03', limit: 2 })
  t.equal(range.total, 3)
  t.strictSame(range.days, [
    { date: '2012-01-03', temperatureMax: 11.7, temperatureMin: 7.2, precipitation: 0.8, windSpeedMean: 2.3, weather: 'rain' },
    { date: '2012-01-02', temperatureMax: 10.6, temperatureMin: 2.8, precipitation: 10.9, windSpeedMean: 4.5, weather: 'rain' }
  ])
  t.equal((await weather.observations({ ...seattle, from: '2012-01-01', to: '2012-12-31', limit: 366 })).days.length, 366)
  t.equal((await weather.observations({ ...seattle, from: '2015-12-31', to: '2030-01-01' })).total, 1, 'a range is cut to the period')
})

await t.test('observations: a range without any says what there is; so does a point without a station', async t => {
  const weather = createWeather({ source: 'auto', openMeteoUrl: 'http://127.0.0.1:9', now })
  for (const range of [{ from: '2016-01-01' }, { to: '2011-12-31' }, { from: '2020-01-01', to: '2020-01-31' }]) {
    const problem = await problemOf(weather.observations({ ...seattle, ...range }))
    t.equal(problem.code, 'no_observations')
    t.match(problem.message, /from 2012-01-01 to 2015-12-31/)
    t.strictSame(problem.members, { period: { from: '2012-01-01', to: '2015-12-31' } })
  }
  const far = await problemOf(weather.observations(paris))
  t.match(far, { code: 'no_observations', members: { stations: [{}, {}] } })
})

await t.test('queries that make no sense are refused before anything is asked', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(7)))
  const weather = createWeather({ source: 'auto', openMeteoUrl: double.url, now })
  const where: Array<[query: ForecastQuery, says: RegExp]> = [
    [{}, /Say where/],
    [{ latitude: 1 }, /belong together/],
    [{ longitude: 0 }, /belong together/],
    [{ place: 'Seattle', ...seattle }, /not both/],
    [{ place: 'Seattle', latitude: 1 }, /not both/],
    [{ latitude: 90.01, longitude: 0 }, /latitude must be from -90 to 90/],
    [{ latitude: 0, longitude: -180.5 }, /longitude must be from -180 to 180/],
    [{ latitude: NaN, longitude: 0 }, /latitude/],
    [{ latitude: 0, longitude: Infinity }, /longitude/],
    [{ place: '' }, /empty/],
    [{ place: ' \u00a0 ' }, /empty/],
    [{ place: 'x'.repeat(101) }, /at most 100/],
    [{ place: 'Sea\0ttle' }, /control characters/],
    [{ place: 'Seattle\n' }, /control characters/],
    [{ place: 'Sea\u2028ttle' }, /control characters/],
    [{ place: 'Seattle\ud800' }, /control characters/]
  ]
  const forecasts: typeof where = [0, 15, 1.5, NaN].map(days => [{ ...seattle, days }, /days must be a whole number from 1 to 14/])
  const observations: Array<[query: ObservationsQuery, says: RegExp]> = [
    ...where,
    ...[0, 367, 2.5].map((limit): [ObservationsQuery, RegExp] => [{ ...seattle, limit }, /limit must be a whole number from 1 to 366/]),
    [{ ...seattle, from: '2015-02-29' }, /from must be a calendar day/],
    [{ ...seattle, to: '31.12.2015' }, /to must be a calendar day/],
    [{ ...seattle, from: '2015-02-02', to: '2015-02-01' }, /from must not be after to/]
  ]
  const all = [
    ...[...where, ...forecasts].map(([query, says]) => ({ query, says, ask: async () => await weather.forecast(query) })),
    ...observations.map(([query, says]) => ({ query, says, ask: async () => await weather.observations(query) }))
  ]
  for (const { query, says, ask } of all) {
    const problem = await problemOf(ask())
    // a raw line separator in a test's name would break tap's own lines
    t.equal(problem.code, 'validation_failed', encodeURI(JSON.stringify(query)))
    t.match(problem.message, says)
  }
  t.equal(double.requests.length, 0)
})

await t.test('the globe\'s edges are valid', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(14)))
  const weather = createWeather({ source: 'open-meteo', openMeteoUrl: double.url, now })
  for (const point of [{ latitude: 90, longitude: 180 }, { latitude: -90, longitude: -180 }, { latitude: 0, longitude: 0 }]) {
    t.equal((await weather.forecast({ ...point, days: 14 })).days.length, 14)
  }
})

await t.test('the schemas are closed and described, each text at most 300 characters', async t => {
  const walk = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return
    const { type, properties, additionalProperties, description } = schema as Record<string, unknown>
    if (typeof description === 'string') t.ok(description.length <= 300, path)
    if (type === 'object') t.equal(additionalProperties, false, path)
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (!['station', 'period', 'location', 'days'].includes(name)) t.match(property, { description: String }, `${path}.${name}`)
    }
    for (const [key, child] of Object.entries(schema)) walk(child, `${path}/${key}`)
  }
  walk(ForecastSchema, 'forecast')
  walk(ObservationsSchema, 'observations')
})
