import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { problemResponse } from '../../src/problem-schema.js'
import { MAX_PLACE_LENGTH } from '../../src/weather/gazetteer.js'
import { DEFAULT_DAYS, DEFAULT_LIMIT, MAX_DAYS, MAX_LIMIT } from '../../src/weather/query.js'
import { ForecastSchema, ObservationsSchema } from '../../src/weather/schemas.js'
import type { Weather } from '../../src/weather/service.js'
import { forecastExample, noForecast, observationsExample, unknownPlace } from '../examples/weather.js'
import { Latitude, Longitude } from './coordinates.js'

const where = {
  place: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_PLACE_LENGTH, examples: ['Seattle'], description: 'Name of a city or town, such as "Seattle" or "Paris, FR"; instead of coordinates' })),
  latitude: Type.Optional(Latitude),
  longitude: Type.Optional(Longitude)
}
const day = (description: string, example: string) => Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: [example], description }))

const ForecastQuery = Type.Object({
  ...where,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_DAYS, default: DEFAULT_DAYS, examples: [2], description: 'How many days, today included' }))
}, { additionalProperties: false })

const ObservationsQuery = Type.Object({
  ...where,
  from: day('First day, as YYYY-MM-DD', '2015-12-01'),
  to: day('Last day, as YYYY-MM-DD', '2015-12-10'),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, examples: [2], description: 'How many days at the most, newest first' }))
}, { additionalProperties: false })

/** `/v1/forecast` and `/v1/observations`, by coordinates or by place name. */
const weatherRoutes: FastifyPluginAsyncTypebox<{ weather: Weather }> = async (app, { weather }) => {
  app.get('/forecast', {
    onRequest: app.requireScopes('read:weather'),
    config: { tool: { name: 'get_forecast' } },
    schema: {
      operationId: 'getForecast',
      tags: ['Weather'],
      summary: 'Weather of the next days',
      description: 'Daily forecast for a place or coordinates. Without a forecast source it is a climatological outlook from past observations; "source" and "kind" say which. Show the attribution.',
      querystring: ForecastQuery,
      response: {
        200: { ...ForecastSchema, description: 'The next days', examples: [forecastExample] },
        404: problemResponse('The place is not known, or there are no observations near it.', unknownPlace),
        502: problemResponse('The forecast source cannot be reached.', noForecast)
      }
    }
  }, async ({ query }) => weather.forecast(query))

  app.get('/observations', {
    onRequest: app.requireScopes('read:weather'),
    config: { tool: { name: 'get_observations' } },
    schema: {
      operationId: 'getObservations',
      tags: ['Weather'],
      summary: 'Weather of past days',
      description: 'Daily observations of the station near a place or coordinates, newest first. Show the attribution.',
      querystring: ObservationsQuery,
      response: {
        200: { ...ObservationsSchema, description: 'Observed days', examples: [observationsExample] },
        404: problemResponse('The place is not known, or there are no observations near it or in these days.', unknownPlace)
      }
    }
  }, async ({ query }) => weather.observations(query))
}

export default weatherRoutes
