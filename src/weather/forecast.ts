import { Problem } from '../errors.js'
import { toIsoDate } from './dates.js'
import type { Spot } from './locate.js'
import { OBSERVATIONS_ATTRIBUTION, type ObservationStore, type Series } from './observations.js'
import { OPEN_METEO_ATTRIBUTION, type OpenMeteo } from './open-meteo.js'
import { outlook, WINDOW_DAYS } from './outlook.js'
import type { Forecast } from './schemas.js'
import { describeStation, findStation, nothingNear, requireStation, stationList, type NearStation } from './stations.js'

export type WeatherSource = 'auto' | 'open-meteo' | 'observations'

/** With `auto`, Open-Meteo is left alone for so long after a failure, so that an offline machine is quick. */
export const COOLDOWN_MS = 60_000

export interface ForecasterOptions {
  source: WeatherSource
  openMeteo: OpenMeteo
  store: ObservationStore
  now: () => Date
}

type Forecaster = (spot: Spot, days: number) => Promise<Forecast>

/**
 * Makes the forecaster of a source. `open-meteo` and `observations` keep to theirs and throw
 * `bad_gateway` or `no_observations`. `auto` asks Open-Meteo, and after a failure answers with the
 * outlook (its note says so), or with `bad_gateway` where no station is near; concurrent first
 * failures each wait for their own time-out. Does not check `days` or the spot.
 */
export function createForecaster (options: ForecasterOptions): Forecaster {
  const { source, openMeteo, store, now } = options
  const today = (): string => toIsoDate(now().getTime())
  switch (source) {
    case 'open-meteo': return async (spot, days) => await askOpenMeteo(openMeteo, spot, days)
    case 'observations': return async (spot, days) =>
      makeOutlook(store, spot, requireStation(spot.location), today(), days)
    case 'auto': return withFallback(options, today)
  }
}

function withFallback ({ openMeteo, store, now }: ForecasterOptions, today: () => string): Forecaster {
  let failure: { at: number, problem: Problem } | undefined

  function pauseLeft (): number {
    const since = failure === undefined ? Infinity : now().getTime() - failure.at
    // negative when the clock was set back: then the pause is over, too
    return since < 0 ? 0 : Math.max(0, COOLDOWN_MS - since)
  }

  return async (spot, days) => {
    if (failure === undefined || pauseLeft() === 0) {
      try {
        const forecast = await askOpenMeteo(openMeteo, spot, days)
        failure = undefined
        return forecast
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        failure = { at: now().getTime(), problem: error }
      }
    }
    const near = findStation(spot.location)
    if (near === undefined) throw neitherNor(spot, failure.problem, pauseLeft())
    const preface = `No forecast could be had: ${failure.problem.message} `
    return makeOutlook(store, spot, near, today(), days, preface)
  }
}

function neitherNor (spot: Spot, failure: Problem, pause: number): Problem {
  return new Problem('bad_gateway', `${failure.message} Nor are there ${nothingNear(spot.location)}.`, {
    cause: failure,
    retryAfter: Math.ceil(pause / 1000),
    members: { stations: stationList() }
  })
}

async function askOpenMeteo (openMeteo: OpenMeteo, { location, attributions }: Spot, days: number): Promise<Forecast> {
  return {
    source: 'open-meteo',
    kind: 'forecast',
    attribution: [OPEN_METEO_ATTRIBUTION, ...attributions].join('; '),
    note: 'A forecast for the coordinates from the weather models that Open-Meteo combines. Days are local days there.',
    location,
    days: await openMeteo.daily(location, days)
  }
}

function makeOutlook (
  store: ObservationStore, { location, attributions }: Spot, near: NearStation, start: string, days: number, preface = ''
): Forecast {
  const series = store.of(near.station)
  return {
    source: 'observations',
    kind: 'climatological-outlook',
    attribution: [OBSERVATIONS_ATTRIBUTION, ...attributions].join('; '),
    note: preface + outlookNote(series),
    location,
    station: describeStation(near),
    days: outlook(series, start, days)
  }
}

function outlookNote ({ period }: Series): string {
  const years = `${period.from.slice(0, 4)}–${period.to.slice(0, 4)}`
  return `Not a forecast: averages of ${years} for these days of the year (±${WINDOW_DAYS} days), observed at the station named here.`
}
