import { gzipSync } from 'node:zlib'
import t from 'tap'
import { createOpenMeteo } from '../../src/weather/open-meteo.js'
import { weatherWord } from '../../src/weather/weather-codes.js'
import { openMeteoAnswer, problemOf, sendJson, startDouble } from './double.js'

const seattle = { latitude: 47.606213, longitude: -122.332071 }
const SECRET = 'upstream-internal-text'

await t.test('asks for the documented parameters, in metric units, with coordinates cut to 11 m', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(2)))
  await createOpenMeteo({ url: `${double.url}/` }).daily(seattle, 2)

  const asked = new URL(double.requests[0] ?? '', double.url)
  t.equal(asked.pathname, '/v1/forecast')
  t.same(Object.fromEntries(asked.searchParams), {
    latitude: '47.6062',
    longitude: '-122.3321',
    daily: 'temperature_2m_max,temperature_2m_min,precipitation_sum,wind_speed_10m_max,weather_code,precipitation_probability_max',
    timezone: 'auto',
    forecast_days: '2',
    wind_speed_unit: 'ms'
  })
})

await t.test('turns columns into days and weather codes into words', async t => {
  const double = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(2)))
  t.strictSame(await createOpenMeteo({ url: double.url }).daily(seattle, 2), [
    {
      date: '2026-03-01',
      temperatureMax: 10.5,
      temperatureMin: -0.5,
      precipitation: 0,
      precipitationProbability: 0,
      windSpeedMax: 4,
      weather: 'light rain'
    },
    {
      date: '2026-03-02',
      temperatureMax: 11.5,
      temperatureMin: -1.5,
      precipitation: 0.5,
      precipitationProbability: 10,
      windSpeedMax: 5,
      weather: 'overcast'
    }
  ])
})

await t.test('leaves out what Open-Meteo has no value or no known code for', async t => {
  const answer = openMeteoAnswer(1)
  Object.assign(answer.daily, {
    temperature_2m_max: [null],
    precipitation_sum: [null],
    precipitation_probability_max: [null],
    wind_speed_10m_max: [null],
    weather_code: [1234]
  })
  const double = await startDouble(t, (_, response) => sendJson(response, answer))
  t.strictSame(await createOpenMeteo({ url: double.url }).daily(seattle, 1), [{ date: '2026-03-01', temperatureMin: -0.5 }])
  t.equal(weatherWord(95), 'thunderstorm')
  t.equal(weatherWord(4), undefined)
})

await t.test('refuses answers that are not the forecast asked for, and echoes nothing of them', async t => {
  const changed = (change: (answer: ReturnType<typeof openMeteoAnswer>) => void): string => {
    const answer = openMeteoAnswer(2)
    change(answer)
    return JSON.stringify({ ...answer, comment: SECRET })
  }
  const bad: Record<string, { body: string | Buffer, status?: number, headers?: Record<string, string>, says: RegExp }> = {
    'an HTML page': { body: `<html>${SECRET}</html>`, says: /not JSON/ },
    'an empty body': { body: '', says: /not JSON/ },
    'JSON cut off': { body: changed(() => {}).slice(0, 90), says: /not JSON/ },
    'JSON null': { body: 'null', says: /unexpected shape/ },
    'another object': { body: `{"reason":"${SECRET}"}`, says: /unexpected shape/ },
    'text for numbers': { body: changed(a => { a.daily.temperature_2m_max = [SECRET, SECRET] }), says: /unexpected shape/ },
    'a column missing': { body: changed(a => { delete a.daily.weather_code }), says: /unexpected shape/ },
    'wind in km/h': { body: changed(a => { a.daily_units.wind_speed_10m_max = 'km/h' }), says: /unexpected shape/ },
    'a shorter column': { body: changed(a => { a.daily.precipitation_sum = [1] }), says: /2 whole days/ },
    'fewer days than asked': { body: JSON.stringify(openMeteoAnswer(1)), says: /2 whole days/ },
    'days that are none': { body: changed(a => { a.daily.time = ['2026-02-30', SECRET] }), says: /2 whole days/ },
    'status 400': { body: `{"error":true,"reason":"${SECRET}"}`, status: 400, says: /status 400/ },
    'status 429': { body: SECRET, status: 429, says: /status 429/ },
    'status 503': { body: SECRET, status: 503, says: /status 503/ },
    'a body of 300 kB': { body: changed(a => { a.daily_units.x = 'x'.repeat(300 * 1024) }), says: /more than 256 kB/ },
    'a body of 300 kB, packed': {
      body: gzipSync(changed(a => { a.daily_units.x = 'x'.repeat(300 * 1024) })),
      headers: { 'content-encoding': 'gzip' },
      says: /more than 256 kB/
    }
  }
  for (const [name, { body, status = 200, headers = {}, says }] of Object.entries(bad)) {
    await t.test(name, async t => {
      const double = await startDouble(t, (_, response) => { response.writeHead(status, headers).end(body) })
      const problem = await problemOf(createOpenMeteo({ url: double.url }).daily(seattle, 2))
      t.equal(problem.code, 'bad_gateway')
      t.equal(problem.statusCode, 502)
      t.match(problem.message, says)
      const cause = problem.cause instanceof Error ? problem.cause.message : ''
      t.notMatch(problem.message + cause + JSON.stringify(problem.members), SECRET)
    })
  }
})

await t.test('stops reading an endless body at the limit instead of waiting for its end', async t => {
  let sent = 0
  const double = await startDouble(t, (_, response) => {
    const chunk = 'x'.repeat(16 * 1024)
    const more = (): void => {
      if (response.destroyed) return
      sent += chunk.length
      response.write(chunk)
      setTimeout(more, 1)
    }
    more()
  })
  const problem = await problemOf(createOpenMeteo({ url: double.url }).daily(seattle, 1))
  t.match(problem.message, /more than 256 kB/)
  await new Promise(resolve => { setTimeout(resolve, 50) })
  const afterwards = sent
  await new Promise(resolve => { setTimeout(resolve, 50) })
  t.equal(sent, afterwards, 'the connection is closed, nothing more is sent')
})

await t.test('does not follow a redirect', async t => {
  const target = await startDouble(t, (_, response) => sendJson(response, openMeteoAnswer(1)))
  const double = await startDouble(t, (request, response) => {
    response.writeHead(302, { location: `${target.url}${request.url}` }).end()
  })
  const problem = await problemOf(createOpenMeteo({ url: double.url }).daily(seattle, 1))
  t.equal(problem.code, 'bad_gateway')
  t.match((problem.cause as { cause?: unknown }).cause, { message: /redirect/ }, 'said to the operator, not to people')
  t.equal(target.requests.length, 0)
})

await t.test('gives up after the time limit, without headers as well as within the body', async t => {
  const silent = await startDouble(t, () => {})
  const stuck = await startDouble(t, (_, response) => { response.writeHead(200).write('{"daily":') })
  for (const { url } of [silent, stuck]) {
    const started = performance.now()
    const problem = await problemOf(createOpenMeteo({ url, timeoutMs: 100 }).daily(seattle, 1))
    t.equal(problem.code, 'bad_gateway')
    t.match(problem.message, /did not answer within 0\.1 s/)
    t.ok(performance.now() - started < 2000)
  }
})

await t.test('has a fresh time limit for every call', async t => {
  const double = await startDouble(t, (_, response) => {
    setTimeout(() => sendJson(response, openMeteoAnswer(1)), 100)
  })
  const client = createOpenMeteo({ url: double.url, timeoutMs: 400 })
  for (let call = 0; call < 6; call++) t.equal((await client.daily(seattle, 1)).length, 1)
})

await t.test('says when nobody listens, and refuses a base that is no URL at once', async t => {
  let close = async (): Promise<void> => {}
  const gone = await startDouble({ teardown: fn => { close = fn } }, () => {})
  await close()
  const problem = await problemOf(createOpenMeteo({ url: gone.url }).daily(seattle, 1))
  t.equal(problem.code, 'bad_gateway')
  t.match(problem.message, /could not be reached/)
  t.ok(problem.cause instanceof Error)
  t.throws(() => createOpenMeteo({ url: 'open-meteo' }), TypeError)
})
