import { addDays, inYear } from './dates.js'
import { OBSERVED_WEATHER, type ObservedDay, type ObservedWeather, type Series } from './observations.js'

export interface OutlookDay extends ObservedDay {
  /** Percent of the averaged days with more than `WET_DAY_MM`. */
  precipitationProbability: number
}

/** Days before and after, that are averaged too: four years alone give four values a day. */
export const WINDOW_DAYS = 3

/** A day with more than this (mm) counts as wet; less is dew or a trace. */
export const WET_DAY_MM = 0.2

/**
 * A climatological outlook: for each of `count` days from `start` (`YYYY-MM-DD`), the mean of all
 * shipped days within `WINDOW_DAYS` of the same day of the year. It knows nothing of the present weather.
 *
 * Windows reach over the turn of the year. 29 February is looked for as 1 March in common years.
 * `weather` is the most common word, of equally common ones the wetter. °C, mm and m/s are rounded
 * to 0.1, the probability to 1 %. Does not check `start` or `count`.
 */
export function outlook (series: Series, start: string, count: number): OutlookDay[] {
  return Array.from({ length: count }, (_, index) => {
    const date = addDays(start, index)
    return average(date, sameDaysOfTheYear(series, date))
  })
}

function sameDaysOfTheYear (series: Series, date: string): ObservedDay[] {
  const found: ObservedDay[] = []
  // one year more on either side: around New Year a window of theirs reaches into the period
  const first = Number(series.period.from.slice(0, 4)) - 1
  const last = Number(series.period.to.slice(0, 4)) + 1
  for (let year = first; year <= last; year++) {
    for (let offset = -WINDOW_DAYS; offset <= WINDOW_DAYS; offset++) {
      const day = series.byDate.get(addDays(inYear(date, year), offset))
      if (day !== undefined) found.push(day)
    }
  }
  return found
}

function average (date: string, days: ObservedDay[]): OutlookDay {
  const mean = (value: (day: ObservedDay) => number): number =>
    days.reduce((sum, day) => sum + value(day), 0) / days.length
  return {
    date,
    temperatureMax: tenths(mean(day => day.temperatureMax)),
    temperatureMin: tenths(mean(day => day.temperatureMin)),
    precipitation: tenths(mean(day => day.precipitation)),
    precipitationProbability: Math.round(100 * mean(day => day.precipitation > WET_DAY_MM ? 1 : 0)),
    windSpeedMean: tenths(mean(day => day.windSpeedMean)),
    weather: mostCommon(days)
  }
}

function mostCommon (days: ObservedDay[]): ObservedWeather {
  const count = (word: ObservedWeather): number => days.filter(day => day.weather === word).length
  return OBSERVED_WEATHER.reduce((best, word) => count(word) > count(best) ? word : best)
}

function tenths (value: number): number {
  // `+ 0` turns -0 into 0
  return Math.round(value * 10) / 10 + 0
}
