import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Trouble } from './trouble.js'

// As much of the API's answers as the pages show. What else the API may add is not looked at.
const maybeNumber = Type.Optional(Type.Number())
const maybeText = Type.Optional(Type.String())
const coordinates = { latitude: Type.Number(), longitude: Type.Number() }

const LocationSchema = Type.Object({ name: maybeText, region: maybeText, country: maybeText, ...coordinates })
const StationSchema = Type.Object({ name: Type.String(), distanceKm: maybeNumber })

const DaySchema = Type.Object({
  date: Type.String(),
  temperatureMax: maybeNumber,
  temperatureMin: maybeNumber,
  precipitation: maybeNumber,
  precipitationProbability: maybeNumber,
  windSpeedMax: maybeNumber,
  windSpeedMean: maybeNumber,
  weather: maybeText
})

const weather = {
  source: Type.String(),
  attribution: Type.String(),
  note: Type.String(),
  location: LocationSchema,
  station: Type.Optional(StationSchema),
  days: Type.Array(DaySchema)
}

export const ForecastSchema = Type.Object({ ...weather, kind: Type.String() })
export const ObservationsSchema = Type.Object({
  ...weather,
  total: Type.Number(),
  period: Type.Object({ from: Type.String(), to: Type.String() })
})
export const PlaceSchema = Type.Object({ id: Type.String(), name: Type.String(), ...coordinates })
export const PlaceListSchema = Type.Object({ places: Type.Array(PlaceSchema) })

export type Location = Static<typeof LocationSchema>
export type Day = Static<typeof DaySchema>
export type Forecast = Static<typeof ForecastSchema>
export type Observations = Static<typeof ObservationsSchema>
export type Place = Static<typeof PlaceSchema>

/**
 * An answer of the API as the type that the pages rely on.
 * @throws Trouble when it has another shape
 */
export function shaped<T extends TSchema> (schema: T, body: unknown): Static<T> {
  if (!Value.Check(schema, body)) throw new Trouble('api_answer', 'The weather service gave an answer that WeatherBot does not understand.')
  return body
}
