import { GAZETTEER_ATTRIBUTION, type Gazetteer } from './gazetteer.js'
import { whereOf, type WeatherQuery } from './query.js'
import type { Location } from './schemas.js'

export interface Spot {
  location: Location
  /** The attributions that the location itself needs. */
  attributions: string[]
}

/**
 * The point a query asks for: its coordinates, or those of the city it names. Throws
 * `validation_failed` or `unknown_place`.
 */
export async function locate (gazetteer: Gazetteer, query: WeatherQuery): Promise<Spot> {
  const where = whereOf(query)
  if (!('place' in where)) return { location: where, attributions: [] }
  const { name, admin, country, latitude, longitude } = await gazetteer.find(where.place)
  // a few cities have no region
  const region = admin === '' ? {} : { region: admin }
  return { location: { name, ...region, country, latitude, longitude }, attributions: [GAZETTEER_ATTRIBUTION] }
}
