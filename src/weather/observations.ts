import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../root.js'
import { addDays, isIsoDate } from './dates.js'
import { STATIONS, type Station } from './stations.js'

export const OBSERVATIONS_ATTRIBUTION =
  'Observations: NOAA National Centers for Environmental Information, Climate Data Online (U.S. government work), by way of vega-datasets'

/** The words of the data, wettest first. data/README.md says how little `sun` claims. */
export const OBSERVED_WEATHER = ['snow', 'rain', 'drizzle', 'fog', 'sun'] as const

export type ObservedWeather = typeof OBSERVED_WEATHER[number]

export interface ObservedDay {
  /** The station's local calendar day, `YYYY-MM-DD`. */
  date: string
  /** °C */
  temperatureMax: number
  /** °C */
  temperatureMin: number
  /** mm */
  precipitation: number
  /** m/s, mean of the day */
  windSpeedMean: number
  weather: ObservedWeather
}

export interface Series {
  /** First and last day. */
  period: { from: string, to: string }
  /** Every day of the period, oldest first. */
  days: readonly ObservedDay[]
  byDate: ReadonlyMap<string, ObservedDay>
}

export interface ObservationStore {
  of (station: Station): Series
}

const HEADER = 'location,date,precipitation,temp_max,temp_min,wind,weather'

/** Where the shipped file is. `tsc` does not copy it, so it is read from the sources. */
export function observationsFile (): string {
  return join(packageRoot(), 'src/weather/data/daily-observations.csv')
}

/**
 * Reads the shipped observations (120 kB, synchronously: meant for the start).
 * Throws an Error that names the line if a row is malformed or names an unknown station, and if a
 * station's days are doubled, missing or out of order. Does not judge whether the weather is plausible.
 */
export function readObservations (file: string = observationsFile()): ObservationStore {
  const [header, ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/)
  if (header !== HEADER) throw new Error(`${file}:1: expected the header ${HEADER}`)
  const days = new Map<string, ObservedDay[]>(STATIONS.map(station => [station.location, []]))
  lines.forEach((line, index) => {
    const { location, day } = parseRow(line, `${file}:${index + 2}`)
    days.get(location)?.push(day)
  })
  const series = new Map([...days].map(([location, list]) => [location, toSeries(location, list)]))
  return {
    of (station) {
      const found = series.get(station.location)
      if (found === undefined) throw new Error(`no observations of ${station.location}`)
      return found
    }
  }
}

function parseRow (line: string, where: string): { location: string, day: ObservedDay } {
  const cells = line.split(',')
  const [location = '', date = '', precipitation, max, min, wind, word] = cells
  const weather = OBSERVED_WEATHER.find(known => known === word)
  const known = STATIONS.some(station => station.location === location)
  if (cells.length !== 7 || !known || !isIsoDate(date) || weather === undefined) {
    throw new Error(`${where}: not a row of observations`)
  }
  return {
    location,
    day: {
      date,
      temperatureMax: toNumber(max, where),
      temperatureMin: toNumber(min, where),
      precipitation: toNumber(precipitation, where),
      windSpeedMean: toNumber(wind, where),
      weather
    }
  }
}

function toNumber (text: string | undefined, where: string): number {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`${where}: not a number`)
  return Number(text)
}

function toSeries (location: string, days: ObservedDay[]): Series {
  const first = days[0]
  const last = days.at(-1)
  if (first === undefined || last === undefined) throw new Error(`no observations of ${location}`)
  days.forEach((day, index) => {
    const expected = addDays(first.date, index)
    if (day.date !== expected) throw new Error(`${location}: found ${day.date} where ${expected} should be`)
  })
  return {
    period: { from: first.date, to: last.date },
    days,
    byDate: new Map(days.map(day => [day.date, day]))
  }
}
