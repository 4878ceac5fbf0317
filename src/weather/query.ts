import { Problem } from '../errors.js'
import { isIsoDate } from './dates.js'
import { MAX_PLACE_LENGTH } from './gazetteer.js'

export interface WeatherQuery {
  /** Degrees north, -90 to 90; together with `longitude`. */
  latitude?: number
  /** Degrees east, -180 to 180; together with `latitude`. */
  longitude?: number
  /** A city's name, instead of coordinates. */
  place?: string
}

export interface ForecastQuery extends WeatherQuery {
  /** 1 to 14, default 7. */
  days?: number
}

export interface ObservationsQuery extends WeatherQuery {
  /** First day, `YYYY-MM-DD`. */
  from?: string
  /** Last day (included), `YYYY-MM-DD`. */
  to?: string
  /** 1 to 366, default 7: the newest so many. */
  limit?: number
}

export interface DateRange {
  from?: string
  to?: string
  limit: number
}

export type Where = { place: string } | { latitude: number, longitude: number }

export const DEFAULT_DAYS = 7
export const MAX_DAYS = 14
export const DEFAULT_LIMIT = 7
export const MAX_LIMIT = 366

/** Control characters, line separators and lone surrogates: in no place's name, and trouble in logs. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/**
 * Where a query asks for: either a place or both coordinates. Throws `validation_failed` for both,
 * neither or half, for coordinates off the globe, and for a name that is blank, too long or holds
 * control characters. Does not look the place up.
 */
export function whereOf ({ place, latitude, longitude }: WeatherQuery): Where {
  const coordinates = [latitude, longitude].filter(value => value !== undefined).length
  if (place !== undefined && coordinates > 0) throw invalid('Give either place, or latitude and longitude, not both.')
  if (place !== undefined) return { place: checkPlace(place) }
  if (latitude === undefined || longitude === undefined) {
    throw invalid(coordinates === 1
      ? 'latitude and longitude belong together: give both.'
      : 'Say where: give place, or latitude and longitude.')
  }
  checkDegrees('latitude', latitude, 90)
  checkDegrees('longitude', longitude, 180)
  return { latitude, longitude }
}

/** The number of forecast days. Throws `validation_failed` if it is no whole number from 1 to 14. */
export function daysOf ({ days = DEFAULT_DAYS }: ForecastQuery): number {
  return checkCount('days', days, MAX_DAYS)
}

/**
 * The range of an observations query; ends that were not given stay undefined. Throws
 * `validation_failed` for days that don't exist, `from` after `to`, and a limit that is no whole
 * number from 1 to 366. Does not check that there are observations in the range.
 */
export function rangeOf ({ from, to, limit = DEFAULT_LIMIT }: ObservationsQuery): DateRange {
  checkDate('from', from)
  checkDate('to', to)
  if (from !== undefined && to !== undefined && from > to) throw invalid('from must not be after to.')
  return { from, to, limit: checkCount('limit', limit, MAX_LIMIT) }
}

function checkPlace (place: string): string {
  if (place.length > MAX_PLACE_LENGTH) throw invalid(`place must be at most ${MAX_PLACE_LENGTH} characters long.`)
  if (UNFIT.test(place)) throw invalid('place must not contain control characters.')
  if (place.trim() === '') throw invalid('place must not be empty.')
  return place
}

function checkDegrees (name: string, value: number, limit: number): void {
  if (!Number.isFinite(value) || Math.abs(value) > limit) throw invalid(`${name} must be from -${limit} to ${limit}.`)
}

function checkCount (name: string, value: number, max: number): number {
  if (!Number.isInteger(value) || value < 1 || value > max) throw invalid(`${name} must be a whole number from 1 to ${max}.`)
  return value
}

function checkDate (name: string, value: string | undefined): void {
  if (value !== undefined && !isIsoDate(value)) throw invalid(`${name} must be a calendar day written YYYY-MM-DD.`)
}

function invalid (detail: string): Problem {
  return new Problem('validation_failed', detail)
}
