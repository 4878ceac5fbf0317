import { deepStrictEqual as deepEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { plan } from '../../examples/weatherbot/planner/index.js'
import type { Where } from '../../examples/weatherbot/planner/where.js'

const today = new Date('2026-05-05T12:00:00Z')
const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const seattle: Where = { place: 'Seattle' }
const observed = (from: string, to = from): object => ({ kind: 'observations', where: seattle, from, to })
const expected = (days: number): object => ({ kind: 'forecast', where: seattle, days })

await t.test('words for a time are a time and no part of the place', async t => {
  const cases: Array<[string, object]> = [
    ['How hot was it in Seattle on July 4 2014?', observed('2014-07-04')],
    ['On July 4th, 2014, was it hot in Seattle?', observed('2014-07-04')],
    ['How hot was it in Seattle on the 4th of July 2014?', observed('2014-07-04')],
    ['weather in Seattle on 2014-07-04', observed('2014-07-04')],
    ['forecast for Seattle on 2014-07-04', observed('2014-07-04')],
    ['How was the weather in Seattle on Feb. 29, 2012?', observed('2012-02-29')],
    ['How hot was it in Seattle on July 4?', observed('2025-07-04')],
    ['How cold was it in Seattle on Feb 29?', observed('2024-02-29')],
    ['How was the weather in Seattle in July?', observed('2025-07-01', '2025-07-31')],
    ['weather in Seattle last July', observed('2025-07-01', '2025-07-31')],
    ['weather in Seattle 3 days ago', observed('2026-05-02')],
    ['weather in Seattle two weeks ago', observed('2026-04-21')],
    ['weather in Seattle the day before yesterday', observed('2026-05-03')],
    ['rain in Seattle over the last two weeks', observed('2026-04-21', '2026-05-04')],
    ['past weather in Seattle for 5 days', observed('2026-04-30', '2026-05-04')],
    ['Forecast for Seattle in 30 days', expected(31)],
    ['forecast for Seattle in a week', expected(8)],
    ['Will it rain in Seattle in ten days’ time?', expected(11)],
    ['forecast in 3 days for Seattle', expected(4)],
    ['forecast for Seattle for 3 days', expected(3)],
    ['5-day forecast for Seattle', expected(5)],
    ['weather the day after tomorrow in Seattle', expected(3)],
    ['What’s tomorrow’s weather in Seattle?', expected(2)],
    ['forecast for Seattle on 2026-05-05', expected(1)],
    ['forecast for Seattle on May 9', expected(5)],
    ['forecast for Seattle from 2026-05-07 to 2026-05-09', expected(5)],
    ['Will it rain in Seattle on the weekend?', { kind: 'forecast', where: seattle }],
    ['forecast for Seattle next week', { kind: 'forecast', where: seattle }],
    ['weather in Last Chance, CO', { kind: 'forecast', where: { place: 'Last Chance, CO' } }],
    ['weather in May, OK', { kind: 'forecast', where: { place: 'May, OK' } }],
    ['weather in Mar del Plata', { kind: 'forecast', where: { place: 'Mar del Plata' } }],
    ['weather in Stratford on Avon', { kind: 'forecast', where: { place: 'Stratford on Avon' } }],
    ['forecast for 47.6, -122.3 in 3 days', { kind: 'forecast', where: { latitude: 47.6, longitude: -122.3 }, days: 4 }]
  ]
  for (const [question, intent] of cases) t.strictSame(plan(question, today), intent, question)
})

await t.test('a time that is none, is not understood or lies beyond is admitted; it never becomes a place', async t => {
  const cases: Array<[string, RegExp]> = [
    ['How hot was it in Seattle on Feb 30 2014?', /no such days/],
    ['weather in Seattle on 2014-13-01', /no such days/],
    ['weather in Seattle from 2014-07-10 to 2014-07-01', /no such days/],
    ['weather in Seattle on 7/4/2014', /did not understand the time/],
    ['weather in Seattle since 2014', /did not understand the time/],
    ['weather in Seattle last summer', /did not understand the time/],
    ['weather in Seattle next July', /did not understand the time/],
    ['forecast for Seattle in 5000 days', /did not understand the time/],
    ['weather in Seattle from 2026-05-01 to 2026-05-09', /not both at once/],
    ['forecast for Seattle on 2090-01-01', /beyond any forecast/],
    ['forecast for Seattle in two months', /beyond any forecast/],
    ['weather in 98101', /name of a place/],
    ['weather in 3 Rivers', /name of a place/]
  ]
  for (const [question, words] of cases) t.match(plan(question, today), { kind: 'unknown', because: words }, question)
})

await t.test('however a day is written, it is the same day: observed if it is over, else so many days of forecast', async t => {
  const day = fc.date({ min: new Date('1950-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  const way = fc.constantFrom<(year: number, month: string, day: number) => string>(
    (year, month, day) => `on ${month} ${day} ${year}`, (year, month, day) => `on ${month} ${day}, ${year}`, (year, month, day) => `${day} ${month.slice(0, 3)} ${year}`,
  (year, month, day) => `on the ${day}th of ${month.toLowerCase()} ${year}`, (year, month, day) => `on ${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${String(day).padStart(2, '0')}`)
  t.doesNotThrow(() => fc.assert(fc.property(day, way, fc.boolean(), (date, write, first) => {
    const written = write(date.getUTCFullYear(), months[date.getUTCMonth()] ?? '', date.getUTCDate())
    const iso = date.toISOString().slice(0, 10)
    const away = Math.round((Date.parse(iso) - Date.parse('2026-05-05')) / 86_400_000)
    deepEqual(plan(first ? `${written}, weather in Seattle` : `weather in Seattle ${written}?`, today), away < 0 ? observed(iso) : expected(away + 1), written)
  }), { numRuns: 500 }))
})
