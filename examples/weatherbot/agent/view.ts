import { Value } from '@sinclair/typebox/value'
import type { Tool } from '../api/client.js'
import { ForecastSchema, ObservationsSchema, PlaceListSchema, PlaceSchema, type Place } from '../shapes.js'
import { Trouble } from '../trouble.js'
import type { Outcome } from './outcome.js'

/** How an answer is shown, by its shape: whichever tool it came from. @throws Trouble when nothing was read */
export function view (body: unknown, { writes }: Tool, saved?: Place): Outcome {
  if (Value.Check(ObservationsSchema, body)) return { kind: 'observations', observations: body, saved }
  if (Value.Check(ForecastSchema, body)) return { kind: 'forecast', forecast: body, saved }
  if (Value.Check(PlaceListSchema, body)) return { kind: 'places', places: body.places }
  if (writes && Value.Check(PlaceSchema, body)) return { kind: 'saved', place: body }
  // What changes something may answer with nothing.
  if (!writes && body === undefined) throw new Trouble('api_answer', 'The weather service gave an answer that WeatherBot does not understand.')
  return { kind: 'data', data: body }
}
