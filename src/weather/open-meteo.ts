import { Type, type Static } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { Problem } from '../errors.js'
import { isIsoDate } from './dates.js'
import type { Coordinates } from './distance.js'
import { readLimited, BodyTooLarge } from '../read-limited.js'
import { weatherWord } from './weather-codes.js'

export const OPEN_METEO_URL = 'https://api.open-meteo.com'
export const OPEN_METEO_ATTRIBUTION = 'Weather data by Open-Meteo.com (https://open-meteo.com/), CC BY 4.0'

const TIMEOUT_MS = 5000
const MAX_BYTES = 256 * 1024

/** One day of a forecast. What Open-Meteo has no value for is left out. */
export interface OpenMeteoDay {
  /** Local calendar day of the place, `YYYY-MM-DD`. */
  date: string
  /** °C */
  temperatureMax?: number
  /** °C */
  temperatureMin?: number
  /** mm */
  precipitation?: number
  /** percent */
  precipitationProbability?: number
  /** m/s, 10 m above ground */
  windSpeedMax?: number
  weather?: string
}

export interface OpenMeteo {
  daily (point: Coordinates, days: number): Promise<OpenMeteoDay[]>
}

const values = Type.Array(Type.Union([Type.Number(), Type.Null()]))
const daily = Type.Object({
  time: Type.Array(Type.String()),
  temperature_2m_max: values,
  temperature_2m_min: values,
  precipitation_sum: values,
  wind_speed_10m_max: values,
  weather_code: values,
  precipitation_probability_max: values
})
const units = Type.Object({
  temperature_2m_max: Type.Literal('°C'),
  temperature_2m_min: Type.Literal('°C'),
  precipitation_sum: Type.Literal('mm'),
  wind_speed_10m_max: Type.Literal('m/s'),
  precipitation_probability_max: Type.Literal('%')
})
const Answer = Type.Object({ daily, daily_units: Type.Optional(units) })
const answerCheck = TypeCompiler.Compile(Answer)

type Daily = Static<typeof daily>

/**
 * Client of Open-Meteo's daily forecast. One request a call, no retry, no cache.
 *
 * `daily` throws `Problem('bad_gateway')` when Open-Meteo is not reached within `timeoutMs` (body
 * included), answers with another status than 200 or a redirect, with more than 256 kB, or with
 * anything but the expected JSON: arrays of one length, `days` existing dates, and (where it names
 * units) the units asked for. Nothing of the answer's text is put into the problem.
 * Does not check the coordinates or `days`, nor whether the values are plausible.
 * Throws a TypeError at once if `url` is no URL.
 */
export function createOpenMeteo ({ url = OPEN_METEO_URL, timeoutMs = TIMEOUT_MS } = {}): OpenMeteo {
  if (!URL.canParse(url)) throw new TypeError('Open-Meteo\'s URL is no URL')
  return {
    async daily (point, days) {
      const response = await ask(forecastUrl(url, point, days), timeoutMs)
      return toDays(parse(response), days)
    }
  }
}

function forecastUrl (base: string, point: Coordinates, days: number): URL {
  const url = new URL(`${base.replace(/\/+$/, '')}/v1/forecast`)
  url.search = new URLSearchParams({
    // 11 m are enough for weather, and more is not Open-Meteo's to know
    latitude: point.latitude.toFixed(4),
    longitude: point.longitude.toFixed(4),
    daily: Object.keys(daily.properties).filter(name => name !== 'time').join(','),
    timezone: 'auto',
    forecast_days: String(days),
    wind_speed_unit: 'ms'
  }).toString()
  return url
}

async function ask (url: URL, timeoutMs: number): Promise<string> {
  // made afresh for every call: a signal used before would be spent
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { signal, redirect: 'error', headers: { accept: 'application/json' } })
    if (response.status === 200) return await readLimited(response, MAX_BYTES)
    await response.body?.cancel()
    throw badGateway(`answered with status ${response.status}`)
  } catch (error) {
    if (error instanceof Problem) throw error
    if (error instanceof BodyTooLarge) throw badGateway(`sent more than ${MAX_BYTES / 1024} kB`, error)
    if (signal.aborted) throw badGateway(`did not answer within ${timeoutMs / 1000} s`, error)
    throw badGateway('could not be reached', error)
  }
}

function parse (text: string): Daily {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    // JSON.parse's own message quotes the body: not kept, not even as the cause
    throw badGateway('answered with something that is not JSON')
  }
  if (answerCheck.Check(json)) return json.daily
  const path = answerCheck.Errors(json).First()?.path ?? ''
  throw badGateway('answered with JSON of an unexpected shape', new Error(`unexpected value at ${path || '/'}`))
}

function toDays (answer: Daily, days: number): OpenMeteoDay[] {
  const { time } = answer
  const complete = Object.values(answer).every(list => list.length === days)
  if (!complete || !time.every(isIsoDate)) throw badGateway(`answered with something else than ${days} whole days`)
  return time.map((date, index) => known({
    date,
    temperatureMax: answer.temperature_2m_max[index] ?? undefined,
    temperatureMin: answer.temperature_2m_min[index] ?? undefined,
    precipitation: answer.precipitation_sum[index] ?? undefined,
    precipitationProbability: answer.precipitation_probability_max[index] ?? undefined,
    windSpeedMax: answer.wind_speed_10m_max[index] ?? undefined,
    weather: weatherWord(answer.weather_code[index] ?? NaN)
  }))
}

/** Without the properties that are undefined, so that answers compare and print as they are sent. */
function known (day: OpenMeteoDay): OpenMeteoDay {
  const entries = Object.entries(day).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(entries), date: day.date }
}

function badGateway (what: string, cause?: unknown): Problem {
  return new Problem('bad_gateway', `Open-Meteo ${what}.`, { cause })
}
