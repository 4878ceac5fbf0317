import t from 'tap'
import { fold } from '../../src/weather/fold.js'
import { createGazetteer } from '../../src/weather/gazetteer.js'
import { problemOf } from './double.js'

const gazetteer = createGazetteer()

await t.test('names are compared without case, diacritics, apostrophes and spare white space', async t => {
  t.equal(fold('  São\u00a0 Paulo '), 'sao paulo')
  t.equal(fold('Zu\u0308rich'), fold('Zürich'))
  t.equal(fold('Łódź'), 'lodz')
  t.equal(fold('Tromsø'), 'tromso')
  t.equal(fold('Weißenburg'), 'weissenburg')
  t.equal(fold('Xi’an'), fold("XI'AN"))
  t.equal(fold('Washington, D.C.'), 'washington dc')
  t.equal(fold('Trinidad & Tobago'), 'trinidad and tobago')
  t.equal(fold('?!'), '')
})

await t.test('finds cities: the most populous of a name, or the one that fits what follows the comma', async t => {
  const cases: Array<[query: string, name: string, admin: string, country: string]> = [
    ['Seattle', 'Seattle', 'WA', 'US'],
    ['  sEATTLE ', 'Seattle', 'WA', 'US'],
    ['new york', 'New York City', 'NY', 'US'],
    ['New York City', 'New York City', 'NY', 'US'],
    ['New York, NY', 'New York City', 'NY', 'US'],
    ['New York, United States', 'New York City', 'NY', 'US'],
    ['Zürich', 'Zürich', 'ZH', 'CH'],
    ['zurich', 'Zürich', 'ZH', 'CH'],
    ['Zu\u0308rich, Switzerland', 'Zürich', 'ZH', 'CH'],
    ['São Paulo', 'São Paulo', '27', 'BR'],
    ['sao paulo, brazil', 'São Paulo', '27', 'BR'],
    ['Paris', 'Paris', '11', 'FR'],
    ['Paris, FR', 'Paris', '11', 'FR'],
    ['Paris, TX', 'Paris', 'TX', 'US'],
    ['Paris, Texas, USA', 'Paris', 'TX', 'US'],
    ['Paris,TN,', 'Paris', 'TN', 'US'],
    ['London', 'London', 'ENG', 'GB'],
    ['London, UK', 'London', 'ENG', 'GB'],
    ['London, England', 'London', 'ENG', 'GB'],
    ['London, CA', 'London', '08', 'CA'],
    ['London, ON', 'London', '08', 'CA'],
    ['Pasadena, CA', 'Pasadena', 'CA', 'US'],
    ['Portland, OR', 'Portland', 'OR', 'US'],
    ['Portland, Maine', 'Portland', 'ME', 'US'],
    ['Atlanta, Georgia', 'Atlanta', 'GA', 'US'],
    ['Tbilisi, Georgia', 'Tbilisi', '51', 'GE'],
    ['Washington', 'Washington, D.C.', 'DC', 'US'],
    ['Washington, D.C.', 'Washington, D.C.', 'DC', 'US'],
    ['Washington, DC, US', 'Washington, D.C.', 'DC', 'US'],
    ['Cologne', 'Köln', '07', 'DE'],
    ['Cologne, Italy', 'Cologne', '09', 'IT']
  ]
  for (const [query, name, admin, country] of cases) {
    t.match(await gazetteer.find(query), { name, admin, country }, query)
  }
})

await t.test('gives the coordinates of the package unchanged', async t => {
  t.match(await gazetteer.find('Seattle'), { latitude: 47.60621, longitude: -122.33207 })
  t.match(await gazetteer.find('São Paulo'), { latitude: -23.5475, longitude: -46.63611 })
})

await t.test('an unknown place is said to be unknown, with suggestions where there are some', async t => {
  const typo = await problemOf(gazetteer.find('Seatle'))
  t.equal(typo.code, 'unknown_place')
  t.equal(typo.statusCode, 404)
  t.match(typo.message, 'No city named "Seatle" is known. Did you mean Seattle, US or ')
  t.equal((typo.members.suggestions as string[]).length, 3)
  for (const suggestion of typo.members.suggestions as string[]) {
    t.match(await gazetteer.find(suggestion), { name: suggestion.split(',')[0] }, 'a suggestion can be asked for')
  }

  const elsewhere = await problemOf(gazetteer.find('Paris, Atlantis'))
  t.match(elsewhere.members, { suggestions: ['Paris, FR', 'Paris, US', 'Paris, CA'] })

  for (const query of ['Qqqqqqqq', '!!!', ', ZZ', 'xq']) {
    const problem = await problemOf(gazetteer.find(query))
    t.equal(problem.code, 'unknown_place')
    t.strictSame(problem.members, {})
    t.match(problem.message, /or give latitude and longitude/)
  }
})

await t.test('the asked name is quoted safely: cut at 60 characters, quotes escaped, no direction marks', async t => {
  const { message } = await problemOf(gazetteer.find('"x\u202e' + 'z'.repeat(80)))
  t.match(message, `No city named "\\"x${'z'.repeat(58)}…" is known.`)
  t.notMatch(message, '\u202e')
})

await t.test('the package is loaded once, at the first name, and its objects are not kept', async t => {
  const fresh = createGazetteer()
  const [first, second] = await Promise.all([fresh.find('Seattle'), fresh.find('Paris')])
  t.equal(first.name, 'Seattle')
  t.equal(second.name, 'Paris')
  const started = performance.now()
  for (let i = 0; i < 200; i++) await fresh.find('Portland, Maine')
  t.ok(performance.now() - started < 200, 'look-ups after the first take far less than a load')
})
