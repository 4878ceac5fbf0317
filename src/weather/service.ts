import { createForecaster, type WeatherSource } from './forecast.js'
import { createGazetteer } from './gazetteer.js'
import { locate } from './locate.js'
import { readObservations } from './observations.js'
import { observe } from './observe.js'
import { createOpenMeteo } from './open-meteo.js'
import { daysOf, rangeOf, type ForecastQuery, type ObservationsQuery } from './query.js'
import type { Forecast, Observations } from './schemas.js'

export type { ForecastQuery, ObservationsQuery, WeatherQuery } from './query.js'
export type { Forecast, Observations } from './schemas.js'

export interface WeatherOptions {
  source: WeatherSource
  /** Base URL, default https://api.open-meteo.com */
  openMeteoUrl?: string
  /** ms, default 5000 */
  openMeteoTimeoutMs?: number
  now?: () => Date
}

export interface Weather {
  /**
   * The next days, today included. Rejects with `validation_failed`, `unknown_place`,
   * `no_observations` (source `observations`, no station near) or `bad_gateway` (Open-Meteo failed;
   * with `auto` only where no station is near).
   */
  forecast (query: ForecastQuery): Promise<Forecast>
  /**
   * Past days from the shipped observations, newest first, whatever the source. Rejects with
   * `validation_failed`, `unknown_place`, or `no_observations` (no station near, or nothing in the
   * asked range: then the member `period` says what there is).
   */
  observations (query: ObservationsQuery): Promise<Observations>
}

/**
 * Weather by coordinates or city name, from Open-Meteo and from shipped observations; README.md in
 * this folder says which source answers when. Reads the observations at once and throws an Error if
 * they are damaged; the gazetteer is loaded at the first place name. Does not cache forecasts.
 */
export function createWeather ({ source, openMeteoUrl, openMeteoTimeoutMs, now = () => new Date() }: WeatherOptions): Weather {
  const store = readObservations()
  const gazetteer = createGazetteer()
  const openMeteo = createOpenMeteo({ url: openMeteoUrl, timeoutMs: openMeteoTimeoutMs })
  const forecaster = createForecaster({ source, openMeteo, store, now })

  return {
    async forecast (query) {
      const days = daysOf(query)
      return await forecaster(await locate(gazetteer, query), days)
    },
    async observations (query) {
      const range = rangeOf(query)
      return observe(store, await locate(gazetteer, query), range)
    }
  }
}
