import t, { type Test } from 'tap'
import { noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'
import { visible } from '../kit/visible.js'

// The weather routes over HTTP, from the shipped observations; the numbers are the service's tests' matter.

const issuer = await startIssuer(t)
const { call } = await startTestApp(t, { issuer, database: noDatabase })
const token = issuer.token({ scope: 'read:weather' })
const get = async (path: string) => {
  const answer = await call(path, token)
  return { status: answer.status, headers: answer.headers, body: await answer.json() as Record<string, unknown> }
}

async function refused (t: Test, path: string, status: number, code: string) {
  const answer = await get(path)
  t.equal(answer.status, status, visible(path))
  t.match(answer.body, { status, code }, visible(path))
}

await t.test('forecast for Seattle, by name and by coordinates', async t => {
  for (const where of ['place=Seattle', 'place=seattle%2C%20WA', 'latitude=47.6062&longitude=-122.3321']) {
    const { status, body } = await get(`/v1/forecast?${where}`)
    t.equal(status, 200, where)
    t.match(body, { source: 'observations', kind: 'climatological-outlook', attribution: /NOAA/, station: { name: /Seattle/ } }, where)
    t.equal((body['days'] as unknown[]).length, 7, 'seven days unless asked otherwise')
  }
  t.equal(((await get('/v1/forecast?place=Seattle&days=14')).body['days'] as unknown[]).length, 14)
  t.equal(((await get('/v1/forecast?place=Seattle&days=1')).body['days'] as unknown[]).length, 1)
})

await t.test('observations: newest first, in the asked range', async t => {
  const { status, body } = await get('/v1/observations?place=Seattle&from=2015-12-01&to=2015-12-10&limit=3')
  t.equal(status, 200)
  t.match(body, { source: 'observations', total: 10, days: [{ date: '2015-12-10' }, { date: '2015-12-09' }, { date: '2015-12-08' }] })
  t.equal((body['days'] as unknown[]).length, 3)
})

await t.test('places that are not known, places without a station, days without observations: 404', async t => {
  for (const route of ['/v1/forecast', '/v1/observations']) {
    await refused(t, `${route}?place=Qwxyzzy`, 404, 'unknown_place')
    await refused(t, `${route}?latitude=48.85&longitude=2.35`, 404, 'no_observations')
    await refused(t, `${route}?latitude=0&longitude=0`, 404, 'no_observations')
  }
  await refused(t, '/v1/observations?place=Seattle&from=2030-01-01', 404, 'no_observations')
})

await t.test('what is not asked properly: 400', async t => {
  const where = [
    '', 'place=', 'place=%20', `place=${'x'.repeat(101)}`, 'place=a%00b', 'place=a%0Ab', 'latitude=47', 'longitude=-122', 'place=Seattle&latitude=47&longitude=-122', 'place=Seattle&latitude=47',
    'latitude=90.1&longitude=0', 'latitude=-91&longitude=0', 'latitude=0&longitude=180.1', 'latitude=0&longitude=-181', 'latitude=x&longitude=0', 'latitude=&longitude=', 'latitude=NaN&longitude=0',
    'latitude=Infinity&longitude=0', 'latitude=1e999&longitude=0', 'latitude=1&latitude=2&longitude=0', 'place=Seattle&place=Paris', 'place=Seattle&unknown=1', 'place=Seattle&Place=x', 'place=Seattle&__proto__=x', 'latitude=1,2&longitude=0'
  ]
  for (const route of ['/v1/forecast', '/v1/observations']) for (const query of where) await refused(t, `${route}?${query}`, 400, 'validation_failed')
  for (const days of ['0', '-1', '15', '1.5', 'x', '1e1x', '9999999999']) await refused(t, `/v1/forecast?place=Seattle&days=${days}`, 400, 'validation_failed')
  for (const limit of ['0', '367', '1.5', 'x']) await refused(t, `/v1/observations?place=Seattle&limit=${limit}`, 400, 'validation_failed')
  for (const range of ['from=2015-02-30', 'from=2015-13-01', 'to=15-01-01', 'from=2015-1-1', 'from=2015-02-01&to=2015-01-01', 'from=now', 'from=2015-01-01T00:00:00Z']) await refused(t, `/v1/observations?place=Seattle&${range}`, 400, 'validation_failed')
  await refused(t, '/v1/forecast?place=Seattle&limit=3', 400, 'validation_failed')
  await refused(t, '/v1/observations?place=Seattle&days=3', 400, 'validation_failed')
})

await t.test('the scope is enforced, before the question is looked at', async t => {
  for (const route of ['/v1/forecast', '/v1/observations']) {
    for (const query of ['?place=Seattle', '?latitude=999', '']) {
      t.equal((await call(route + query)).status, 401, route + query)
      t.equal((await call(route + query, issuer.token({ scope: 'read:places write:places' }))).status, 403, route + query)
    }
    t.equal((await call(`${route}?place=Seattle`, token, { method: 'HEAD' })).status, 200)
    t.equal((await call(`${route}?place=Seattle`, undefined, { method: 'HEAD' })).status, 401)
  }
})

await t.test('a fault inside is a 500 that tells nothing of it', async t => {
  const broken = await startTestApp(t, {
    issuer,
    database: noDatabase,
    weather: { forecast: () => Promise.reject(new Error('secret inside')), observations: () => Promise.reject(new Error('secret inside')) }
  })
  const answer = await broken.call('/v1/forecast?place=Seattle', token)
  t.equal(answer.status, 500)
  const text = await answer.text()
  t.match(text, /internal_error/)
  t.notMatch(text, /secret/)
})
