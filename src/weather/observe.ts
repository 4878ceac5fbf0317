import { Problem } from '../errors.js'
import type { Spot } from './locate.js'
import { OBSERVATIONS_ATTRIBUTION, type ObservationStore } from './observations.js'
import type { DateRange } from './query.js'
import type { Observations } from './schemas.js'
import { describeStation, requireStation } from './stations.js'

/**
 * The newest `limit` observed days of the range, newest first, at the station near the spot. Throws
 * `no_observations` if no station is near, or if it has nothing in the range (then the member
 * `period` says what it has). A range that only overlaps the period is cut to it.
 */
export function observe (store: ObservationStore, { location, attributions }: Spot, range: DateRange): Observations {
  const near = requireStation(location)
  const { period, days } = store.of(near.station)
  const { from = period.from, to = period.to, limit } = range
  const found = days.filter(day => day.date >= from && day.date <= to)
  if (found.length === 0) {
    const has = `${near.station.name} has them from ${period.from} to ${period.to}`
    throw new Problem('no_observations', `No observations in the asked range; ${has}.`, { members: { period } })
  }
  return {
    source: 'observations',
    attribution: [OBSERVATIONS_ATTRIBUTION, ...attributions].join('; '),
    note: `Past measurements of the station ${near.station.name}, not of the very location, and not the present weather.`,
    location,
    station: describeStation(near),
    period,
    total: found.length,
    days: found.slice(-limit).reverse()
  }
}
