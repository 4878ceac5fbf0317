import type { ApiRequest } from '../api.js'
import type { Intent } from '../planner/index.js'
import type { Where } from '../planner/where.js'
import { ForecastSchema, ObservationsSchema, PlaceListSchema, PlaceSchema, shaped, type Forecast, type Place } from '../shapes.js'
import { Trouble } from '../trouble.js'
import type { Outcome } from './outcome.js'

/** Calls the API for the person of a session. Throws `Challenged` or `Trouble`. */
export type Call = (request: ApiRequest) => Promise<unknown>

/** Does what an intent says. Asks the API as often as it must, and no more. */
export async function carryOut (intent: Intent, call: Call): Promise<Outcome> {
  switch (intent.kind) {
    case 'unknown':
      return { kind: 'unknown', text: intent.because }
    case 'forecast':
      return { kind: 'forecast', forecast: await forecast(call, intent.where, intent.days) }
    case 'observations': {
      const { where, from, to } = intent
      const body = await call({ path: '/v1/observations', query: { ...where, from, to } })
      return { kind: 'observations', observations: shaped(ObservationsSchema, body) }
    }
    case 'places':
      return { kind: 'places', places: shaped(PlaceListSchema, await call({ path: '/v1/places' })).places }
    case 'save':
      return { kind: 'saved', place: await save(call, intent.where, intent.name) }
  }
}

async function forecast (call: Call, where: Where, days?: number): Promise<Forecast> {
  return shaped(ForecastSchema, await call({ path: '/v1/forecast', query: { ...where, days } }))
}

async function save (call: Call, where: Where, name: string): Promise<Place> {
  const { latitude, longitude } = 'place' in where ? await locate(call, where) : where
  return shaped(PlaceSchema, await call({ method: 'POST', path: '/v1/places', body: { name, latitude, longitude } }))
}

/** A place is saved by its coordinates; the API tells those of a name along with a forecast. */
async function locate (call: Call, where: { place: string }): Promise<{ latitude: number, longitude: number }> {
  try {
    return (await forecast(call, where, 1)).location
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    throw new Trouble(`To save ${where.place} I need its coordinates and did not get them. ${error.message} You can give them yourself: “save 47.6, -122.3 as home”.`, error)
  }
}
