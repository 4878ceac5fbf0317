import { Problem } from '../errors.js'
import { distanceKm, type Coordinates } from './distance.js'

export interface Station extends Coordinates {
  /** The name in the data's `location` column. */
  location: string
  name: string
}

export interface NearStation {
  station: Station
  distanceKm: number
}

/** Farther away than this (km), a station says too little about a place. */
export const NEAR_KM = 50

/** The stations with shipped observations. data/README.md says how they were identified. */
export const STATIONS: readonly Station[] = [
  { location: 'Seattle', name: 'Seattle–Tacoma International Airport', latitude: 47.4444, longitude: -122.3138 },
  { location: 'New York', name: 'John F. Kennedy International Airport, New York', latitude: 40.6386, longitude: -73.7622 }
]

/** The nearest station within `NEAR_KM`, or undefined. */
export function findStation (point: Coordinates): NearStation | undefined {
  const all = STATIONS.map(station => ({ station, distanceKm: distanceKm(point, station) }))
  const [nearest] = all.sort((a, b) => a.distanceKm - b.distanceKm)
  return nearest !== undefined && nearest.distanceKm <= NEAR_KM ? nearest : undefined
}

/** As `findStation`, but throws `no_observations` where there is none. */
export function requireStation (point: Coordinates): NearStation {
  const near = findStation(point)
  if (near !== undefined) return near
  throw new Problem('no_observations', `No ${nothingNear(point)}.`, { members: { stations: stationList() } })
}

/** "observations within 50 km of …; there are some near …", to follow a "no". */
export function nothingNear (point: Coordinates): string {
  const cities = STATIONS.map(station => station.location).join(' and ')
  const where = `${coordinate(point.latitude)}, ${coordinate(point.longitude)}`
  return `observations within ${NEAR_KM} km of ${where}; there are some near ${cities}`
}

/** The stations as a problem document shows them. */
export function stationList (): Array<Omit<Station, 'location'>> {
  return STATIONS.map(({ name, latitude, longitude }) => ({ name, latitude, longitude }))
}

/** The station as answers show it, with the distance rounded to 0.1 km. */
export function describeStation ({ station, distanceKm }: NearStation): Omit<Station, 'location'> & { distanceKm: number } {
  const { name, latitude, longitude } = station
  return { name, latitude, longitude, distanceKm: Math.round(distanceKm * 10) / 10 }
}

function coordinate (degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000
}
