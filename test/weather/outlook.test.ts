import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addDays, inYear, isIsoDate } from '../../src/weather/dates.js'
import { distanceKm } from '../../src/weather/distance.js'
import { observationsFile, readObservations } from '../../src/weather/observations.js'
import { outlook } from '../../src/weather/outlook.js'
import { findStation, NEAR_KM, requireStation, STATIONS } from '../../src/weather/stations.js'

const csv = readFileSync(observationsFile(), 'utf8')
const [seattle, newYork] = STATIONS
if (seattle === undefined || newYork === undefined) throw new Error('expected two stations')

/**
 * The outlook's numbers computed in another way: no dates at all, but the 1,461 rows of a city by
 * position, an independent list of the row numbers to average.
 */
function byRows (city: string, rows: number[]): { max: number, min: number, rain: number, wet: number, wind: number, words: string[] } {
  const all = csv.split('\n').filter(line => line.startsWith(`${city},`)).map(line => line.split(','))
  const picked = rows.map(row => all[row] ?? [])
  const mean = (column: number): number => Number((picked.reduce((sum, cells) => sum + Number(cells[column]), 0) / picked.length).toFixed(6))
  return {
    max: mean(3),
    min: mean(4),
    rain: mean(2),
    wet: 100 * picked.filter(cells => Number(cells[2]) > 0.2).length / picked.length,
    wind: mean(5),
    words: picked.map(cells => cells[6] ?? '')
  }
}

/** Rows of ±3 around these row numbers, as far as there are such rows. */
const around = (centres: number[]): number[] =>
  centres.flatMap(centre => [-3, -2, -1, 0, 1, 2, 3].map(offset => centre + offset)).filter(row => row >= 0 && row < 1461)

await t.test('the shipped file is the original, complete and in order for both stations', async t => {
  const file = readFileSync(observationsFile())
  // as git makes it of a blob, which is how vega-datasets states it
  const hash = createHash('sha1').update(`blob ${file.length}\0`).update(file).digest('hex')
  t.equal(hash, '0e7e853f4c5b67615da261d5d343824a43510f50')
  const store = readObservations()
  for (const station of STATIONS) {
    const series = store.of(station)
    t.equal(series.days.length, 366 + 365 * 3)
    t.strictSame(series.period, { from: '2012-01-01', to: '2015-12-31' })
    t.ok(series.days.every(day => day.temperatureMin <= day.temperatureMax && day.precipitation >= 0 && day.windSpeedMean >= 0))
  }
  t.strictSame(store.of(newYork).byDate.get('2014-04-30'), {
    date: '2014-04-30', temperatureMax: 13.3, temperatureMin: 5.6, precipitation: 118.9, windSpeedMean: 8.5, weather: 'rain'
  })
  t.throws(() => store.of({ ...seattle, location: 'Paris' }), /no observations of Paris/)
})

await t.test('a damaged file is refused with the place of the damage', async t => {
  const folder = t.testdir({})
  const lines = csv.trimEnd().split('\n')
  const changed = (change: (lines: string[]) => string[]): string => {
    const file = join(folder, 'observations.csv')
    writeFileSync(file, change([...lines]).join('\n'))
    return file
  }
  const row = (index: number, text: string) => (all: string[]): string[] => all.with(index, text)
  const bad: Array<[change: (lines: string[]) => string[], says: RegExp]> = [
    [row(0, 'date,location'), /:1: expected the header/],
    [row(5, 'Seattle,2012-01-05,1.3,8.9,2.8,6.1'), /:6: not a row/],
    [row(5, 'Paris,2012-01-05,1.3,8.9,2.8,6.1,rain'), /:6: not a row/],
    [row(5, 'Seattle,2012-02-30,1.3,8.9,2.8,6.1,rain'), /:6: not a row/],
    [row(5, 'Seattle,2012-01-05,1.3,8.9,2.8,6.1,storm'), /:6: not a row/],
    [row(5, 'Seattle,2012-01-05,,8.9,2.8,6.1,rain'), /:6: not a number/],
    [row(5, lines[4] ?? ''), /Seattle: found 2012-01-04 where 2012-01-05 should be/],
    [all => all.toSpliced(5, 1), /Seattle: found 2012-01-06 where 2012-01-05 should be/],
    [all => all.slice(0, 1462), /no observations of New York/]
  ]
  for (const [change, says] of bad) t.throws(() => readObservations(changed(change)), { message: says })
})

await t.test('the outlook is the mean over ±3 days of all years (checked against the rows themselves)', async t => {
  const store = readObservations()
  // row numbers counted by hand: 15 July is day 197 of a leap year, 196 of a common one, from 1
  const july15 = [196, 366 + 195, 731 + 195, 1096 + 195]
  for (const station of [seattle, newYork]) {
    const expected = byRows(station.location, around(july15))
    const [day] = outlook(store.of(station), '2026-07-15', 1)
    t.equal(expected.words.length, 28)
    t.match(day, { date: '2026-07-15', weather: 'sun' })
    for (const [got, wanted, step] of [
      [day?.temperatureMax, expected.max, 0.05], [day?.temperatureMin, expected.min, 0.05], [day?.precipitation, expected.rain, 0.05],
      [day?.windSpeedMean, expected.wind, 0.05], [day?.precipitationProbability, expected.wet, 0.5]
    ] as const) t.ok(Math.abs((got ?? NaN) - wanted) <= step + 1e-9, `${got} is ${wanted}, rounded`)
  }
})

await t.test('windows reach over New Year, and 29 February is 1 March in common years', async t => {
  const series = readObservations().of(seattle)
  // 1 January of 2012 to 2016: of the last one's window three days are in the data, of the first one's four
  const newYear = byRows('Seattle', around([0, 366, 731, 1096, 1461]))
  t.equal(newYear.words.length, 28)
  const leapDay = byRows('Seattle', around([59, 366 + 59, 731 + 59, 1096 + 59]))
  const [day31, day1] = outlook(series, '2026-12-31', 2)
  t.equal(day31?.date, '2026-12-31')
  t.equal(day1?.date, '2027-01-01')
  t.equal(day1?.temperatureMax, Math.round(newYear.max * 10) / 10)
  t.equal(day1?.precipitationProbability, Math.round(newYear.wet))
  const [, leap, after] = outlook(series, '2028-02-28', 3)
  t.equal(leap?.date, '2028-02-29')
  t.equal(leap?.temperatureMin, Math.round(leapDay.min * 10) / 10)
  t.equal(leap?.windSpeedMean, Math.round(leapDay.wind * 10) / 10)
  t.equal(after?.date, '2028-03-01')
})

await t.test('of equally common words the wetter one is taken, and the probability counts days over 0.2 mm', async t => {
  const day = (date: string, precipitation: number, weather: 'sun' | 'rain') =>
    ({ date, temperatureMax: -0.04, temperatureMin: -5, precipitation, windSpeedMean: 2, weather })
  const days = [day('2015-05-01', 0.2, 'sun'), day('2015-05-02', 0.3, 'rain')]
  const series = { period: { from: '2015-05-01', to: '2015-05-02' }, days, byDate: new Map(days.map(each => [each.date, each])) }
  t.strictSame(outlook(series, '2026-05-01', 1), [{
    date: '2026-05-01',
    temperatureMax: 0,
    temperatureMin: -5,
    precipitation: 0.3,
    precipitationProbability: 50,
    windSpeedMean: 2,
    weather: 'rain'
  }])
})

await t.test('dates: only existing calendar days; arithmetic over month, year and leap day', async t => {
  for (const good of ['2012-02-29', '2015-12-31', '0001-01-01']) t.ok(isIsoDate(good), good)
  for (const bad of ['2015-02-29', '2015-13-01', '2015-00-10', '2015-1-1', '2015-01-01T00:00', '20150101', '', '+02015-01-01']) {
    t.notOk(isIsoDate(bad), bad)
  }
  t.equal(addDays('2012-02-28', 1), '2012-02-29')
  t.equal(addDays('2015-12-31', 1), '2016-01-01')
  t.equal(addDays('2015-01-01', -1), '2014-12-31')
  t.equal(inYear('2012-02-29', 2013), '2013-03-01')
})

await t.test('distance: known values, symmetry, poles and the date line', async t => {
  const close = (got: number, wanted: number): boolean => Math.abs(got - wanted) < wanted * 0.005
  // SEA–JFK is 2,421 statute miles in airline tables; a quarter meridian is 10,007.5 km of a sphere
  t.ok(close(distanceKm(seattle, newYork), 2421 * 1.609344))
  t.equal(distanceKm(seattle, newYork), distanceKm(newYork, seattle))
  t.ok(close(distanceKm({ latitude: 0, longitude: 10 }, { latitude: 90, longitude: -70 }), 10_007.5))
  t.ok(close(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }), 111.195))
  t.equal(distanceKm(seattle, seattle), 0)
  t.ok(close(distanceKm({ latitude: 45, longitude: 0 }, { latitude: -45, longitude: 180 }), 20_015))
})

await t.test('a station is near up to 50 km and not beyond', async t => {
  const north = (km: number) => ({ latitude: seattle.latitude + km / 111.195, longitude: seattle.longitude })
  t.equal(NEAR_KM, 50)
  t.equal(findStation(north(49.9))?.station, seattle)
  t.equal(findStation(north(50.1)), undefined)
  t.equal(requireStation({ latitude: 40.7, longitude: -74 }).station, newYork)
  t.throws(() => requireStation({ latitude: 48.85341, longitude: 2.3488 }), {
    code: 'no_observations',
    statusCode: 404,
    message: 'No observations within 50 km of 48.8534, 2.3488; there are some near Seattle and New York.',
    members: { stations: [{ name: seattle.name }, { name: newYork.name }] }
  })
})
