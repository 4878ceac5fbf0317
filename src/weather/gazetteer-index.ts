import { setImmediate as nextTurn } from 'node:timers/promises'
import { fold } from './fold.js'
import type { Region } from './regions.js'

export interface City extends Region {
  name: string
  latitude: number
  longitude: number
  population: number
}

export interface GazetteerIndex {
  countries: readonly string[]
  /** Cities of this folded name, the most populous first. */
  named (key: string): Iterable<City>
  /** Cities whose folded name starts with `prefix`, in the order of their names. */
  startingWith (prefix: string): Iterable<City>
}

interface Key { text: string, row: number }

/**
 * Well-known English names that GeoNames' main name differs from; without them "Cologne" would be
 * a village near Brescia and "Gothenburg" one in Nebraska.
 */
const EXONYMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Köln', ['Cologne']], ['Göteborg', ['Gothenburg']], ['Kyiv', ['Kiev']], ['Bengaluru', ['Bangalore']],
  ['Kolkata', ['Calcutta']], ['Mumbai', ['Bombay']], ['Ho Chi Minh City', ['Saigon']], ['Yangon', ['Rangoon']],
  ['Genève', ['Geneva']], ['Sevilla', ['Seville']], ['Nürnberg', ['Nuremberg']], ['Hannover', ['Hanover']],
  ['Antwerpen', ['Antwerp']], ['Gent', ['Ghent']], ['Brugge', ['Bruges']], ['Kraków', ['Cracow']],
  ['Panamá', ['Panama City']], ['St. Louis', ['Saint Louis']], ['Beijing', ['Peking']]
])

/** Rows folded before the event loop gets its turn. */
const SLICE = 5000

/**
 * Packs cities into a few long strings and typed arrays (about 12 MB for 135,000; as objects they
 * take 90). Folds in slices, so that requests are served meanwhile; the sort at the end is one piece.
 * A "New York City" is also found as "New York", a "Washington, D.C." as "Washington".
 */
export async function createIndex (cities: readonly City[]): Promise<GazetteerIndex> {
  const countries = [...new Set(cities.map(city => city.country))]
  const admins = [...new Set(cities.map(city => city.admin))]
  const countryNumbers = numbered(countries)
  const adminNumbers = numbered(admins)
  const names = packStrings(cities.map(city => city.name))
  const country = Uint16Array.from(cities, city => countryNumbers.get(city.country) ?? 0)
  const admin = Uint16Array.from(cities, city => adminNumbers.get(city.admin) ?? 0)
  const latitude = Float64Array.from(cities, city => city.latitude)
  const longitude = Float64Array.from(cities, city => city.longitude)
  const population = Float64Array.from(cities, city => city.population)
  const { keys, rows } = packKeys(await sortedKeys(cities))

  function city (row: number): City {
    return {
      name: names.at(row),
      country: countries[country[row] ?? 0] ?? '',
      admin: admins[admin[row] ?? 0] ?? '',
      latitude: latitude[row] ?? NaN,
      longitude: longitude[row] ?? NaN,
      population: population[row] ?? NaN
    }
  }

  function * from (start: string, accept: (key: string) => boolean): Iterable<City> {
    for (let i = lowerBound(keys, start); i < keys.length && accept(keys.at(i)); i++) yield city(rows[i] ?? 0)
  }

  return {
    countries,
    named: key => from(key, found => found === key),
    startingWith: prefix => from(prefix, found => found.startsWith(prefix))
  }
}

async function sortedKeys (cities: readonly City[]): Promise<Key[]> {
  const keys: Key[] = []
  for (const [row, city] of cities.entries()) {
    if (row % SLICE === 0) await nextTurn()
    for (const text of keysOf(city.name)) keys.push({ text, row })
  }
  const population = (key: Key): number => cities[key.row]?.population ?? 0
  return keys.sort((a, b) => a.text < b.text ? -1 : a.text > b.text ? 1 : population(b) - population(a))
}

function keysOf (name: string): Set<string> {
  const full = fold(name)
  const keys = [full, ...(EXONYMS.get(name) ?? []).map(fold)]
  if (full.endsWith(' city')) keys.push(full.slice(0, -' city'.length))
  if (name.includes(',')) keys.push(fold(name.slice(0, name.indexOf(','))))
  return new Set(keys.filter(key => key !== ''))
}

function packKeys (keys: readonly Key[]): { keys: PackedStrings, rows: Uint32Array } {
  return { keys: packStrings(keys.map(key => key.text)), rows: Uint32Array.from(keys, key => key.row) }
}

interface PackedStrings {
  length: number
  at (index: number): string
}

function packStrings (list: readonly string[]): PackedStrings {
  const text = list.join('')
  const starts = new Uint32Array(list.length + 1)
  list.forEach((item, index) => { starts[index + 1] = (starts[index] ?? 0) + item.length })
  return { length: list.length, at: index => text.slice(starts[index], starts[index + 1]) }
}

function numbered (list: readonly string[]): Map<string, number> {
  return new Map(list.map((item, index) => [item, index]))
}

/** The first index whose string is not before `start`. */
function lowerBound (sorted: PackedStrings, start: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted.at(middle) < start) low = middle + 1
    else high = middle
  }
  return low
}
