import { Value } from '@sinclair/typebox/value'
import type { Tool } from '../api/client.js'
import { ForecastSchema, ObservationsSchema, PlaceListSchema, PlaceSchema } from '../shapes.js'
import type { Outcome } from './outcome.js'

/** How an answer is shown, by its shape: whichever tool it came from. */
export function view (body: unknown, { writes }: Tool): Outcome {
  if (Value.Check(ObservationsSchema, body)) return { kind: 'observations', observations: body }
  if (Value.Check(ForecastSchema, body)) return { kind: 'forecast', forecast: body }
  if (Value.Check(PlaceListSchema, body)) return { kind: 'places', places: body.places }
  if (writes && Value.Check(PlaceSchema, body)) return { kind: 'saved', place: body }
  return { kind: 'data', data: body }
}
