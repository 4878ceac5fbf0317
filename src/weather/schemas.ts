import { Type, type Static } from '@sinclair/typebox'
import { OBSERVED_WEATHER } from './observations.js'
import { MAX_DAYS, MAX_LIMIT } from './query.js'

const closed = { additionalProperties: false }

const latitude = Type.Number({ description: 'Degrees north, -90 to 90.' })
const longitude = Type.Number({ description: 'Degrees east, -180 to 180.' })
const date = Type.String({ description: 'Local calendar day of the location, YYYY-MM-DD.' })
const attribution = Type.String({ description: 'Who the data comes from and under which licence; show it wherever the data is shown.' })

const LocationSchema = Type.Object({
  name: Type.Optional(Type.String({ description: 'The city that the asked place name was taken for; absent if coordinates were asked.' })),
  region: Type.Optional(Type.String({ description: 'GeoNames code of its state, province or the like, e.g. "WA"; in many countries a number.' })),
  country: Type.Optional(Type.String({ description: 'Its ISO 3166-1 two-letter country code.' })),
  latitude,
  longitude
}, { ...closed, description: 'The point that was asked for.' })

const StationSchema = Type.Object({
  name: Type.String({ description: 'The weather station whose observations were used.' }),
  latitude,
  longitude,
  distanceKm: Type.Number({ description: 'Distance from the location to the station in km; at most 50.' })
}, closed)

const values = {
  temperatureMax: Type.Number({ description: 'Highest temperature of the day in °C.' }),
  temperatureMin: Type.Number({ description: 'Lowest temperature of the day in °C.' }),
  precipitation: Type.Number({ description: 'Rain and melted snow of the day in mm.' }),
  windSpeedMean: Type.Number({ description: 'Mean wind speed of the day in m/s.' })
}

const ForecastDaySchema = Type.Object({
  date,
  temperatureMax: Type.Optional(values.temperatureMax),
  temperatureMin: Type.Optional(values.temperatureMin),
  precipitation: Type.Optional(values.precipitation),
  precipitationProbability: Type.Optional(Type.Number({
    description: 'Percent. Of a forecast: probability of precipitation. Of an outlook: share of the averaged days with more than 0.2 mm.'
  })),
  windSpeedMax: Type.Optional(Type.Number({ description: 'Highest wind speed of the day in m/s, 10 m above ground; forecasts only.' })),
  windSpeedMean: Type.Optional(Type.Number({ description: 'Mean wind speed of the day in m/s; outlooks only.' })),
  weather: Type.Optional(Type.String({
    description: 'Of a forecast: words for the WMO weather code, e.g. "light rain". Of an outlook: the most common of snow, rain, drizzle, fog, sun.'
  }))
}, { ...closed, description: 'A value that the source does not have is left out.' })

const ObservedDaySchema = Type.Object({
  date,
  ...values,
  weather: Type.Union(OBSERVED_WEATHER.map(word => Type.Literal(word)), {
    description: '"sun" means that nothing else was recorded, overcast days included; "drizzle" includes mist and haze, "snow" ice pellets.'
  })
}, closed)

/** The answer to `forecast`: from one source, which it names. */
export const ForecastSchema = Type.Object({
  source: Type.Union([Type.Literal('open-meteo'), Type.Literal('observations')], {
    description: 'Where the numbers come from: the forecast service Open-Meteo, or past observations of a weather station.'
  }),
  kind: Type.Union([Type.Literal('forecast'), Type.Literal('climatological-outlook')], {
    description: 'A climatological outlook is no forecast: it says what past years were like on these days of the year.'
  }),
  attribution,
  note: Type.String({ description: 'In plain words what this is and is not; tell it to the user along with the numbers.' }),
  location: LocationSchema,
  station: Type.Optional(StationSchema),
  days: Type.Array(ForecastDaySchema, { maxItems: MAX_DAYS, description: 'Oldest first, starting today (forecast: local day; outlook: UTC day).' })
}, closed)

/** The answer to `observations`: always past measurements of one station. */
export const ObservationsSchema = Type.Object({
  source: Type.Literal('observations', { description: 'Past observations of a weather station.' }),
  attribution,
  note: Type.String({ description: 'In plain words what this is and is not; tell it to the user along with the numbers.' }),
  location: LocationSchema,
  station: StationSchema,
  period: Type.Object({
    from: Type.String({ description: 'First day with observations, YYYY-MM-DD.' }),
    to: Type.String({ description: 'Last day with observations, YYYY-MM-DD.' })
  }, { ...closed, description: 'The days for which this station has observations here.' }),
  total: Type.Integer({ description: 'Days with observations in the asked range; more than are listed if limit was smaller.' }),
  days: Type.Array(ObservedDaySchema, { maxItems: MAX_LIMIT, description: 'Newest first.' })
}, closed)

export type Location = Static<typeof LocationSchema>
export type Forecast = Static<typeof ForecastSchema>
export type Observations = Static<typeof ObservationsSchema>
