import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MAX_PLACES, type Places } from '../../src/places/service.js'
import { problemResponse } from '../../src/problem-schema.js'
import { changedPlaceExample, newPlaceExample, noSuchPlace, placeChangesExample, placeExample, placeIdExample, placesExample, tooManyPlaces } from '../examples/places.js'
import { Latitude, Longitude } from './coordinates.js'

const PlaceName = Type.String({
  minLength: 1,
  maxLength: 100,
  // Control characters (PostgreSQL refuses NUL) and lone surrogates could not be given back as sent.
  // Without \p{…}: the pattern has to mean the same to tools that compile it without the "u" flag.
  pattern: '^(?=[\\s\\S]*\\S)(?:[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])+$',
  description: 'What you call the place; 1 to 100 characters, not blank'
})
const properties = { name: PlaceName, latitude: Latitude, longitude: Longitude }
const PlaceInput = Type.Object(properties, { additionalProperties: false, examples: [newPlaceExample] })
const PlaceChanges = Type.Partial(PlaceInput, { additionalProperties: false, minProperties: 1, examples: [placeChangesExample] })
const Place = Type.Object({ id: Type.String({ format: 'uuid', description: 'Identifier of the place' }), ...properties })
const PlaceId = Type.Object({ id: Type.String({ examples: [placeIdExample], description: 'Identifier of the place' }) })

const notFound = problemResponse('You have no place with this id.', noSuchPlace)

/** `/v1/places`: the places of the user the token speaks for, and nobody else's. */
const placesRoutes: FastifyPluginAsyncTypebox<{ places: Places }> = async (app, { places }) => {
  const tags = ['Places']

  app.get('/places', {
    onRequest: app.requireScopes('read:places'),
    config: { tool: { name: 'list_places' } },
    schema: {
      operationId: 'listPlaces',
      tags,
      summary: 'List your saved places',
      description: 'All saved places of the user, oldest first.',
      response: { 200: Type.Object({ places: Type.Array(Place, { maxItems: MAX_PLACES }) }, { description: 'The saved places', examples: [placesExample] }) }
    }
  }, async ({ principal }) => ({ places: await places.list(principal.sub) }))

  app.post('/places', {
    onRequest: app.requireScopes('write:places'),
    config: { tool: { name: 'create_place' } },
    schema: {
      operationId: 'createPlace',
      tags,
      summary: 'Save a place',
      description: `Saves a place for the user. A user can keep up to ${MAX_PLACES} places.`,
      body: PlaceInput,
      response: { 201: { ...Place, description: 'The saved place', examples: [placeExample] }, 409: problemResponse('The user already keeps as many places as allowed.', tooManyPlaces) }
    }
  }, async ({ principal, body }, reply) => reply.code(201).send(await places.create(principal.sub, body)))

  app.patch('/places/:id', {
    onRequest: app.requireScopes('write:places'),
    config: { tool: { name: 'update_place' } },
    schema: {
      operationId: 'updatePlace',
      tags,
      summary: 'Rename or move a saved place',
      description: 'Changes the name or the coordinates of a saved place; what is not named stays.',
      params: PlaceId,
      body: PlaceChanges,
      response: { 200: { ...Place, description: 'The changed place', examples: [changedPlaceExample] }, 404: notFound }
    }
  }, async ({ principal, params, body }) => places.update(principal.sub, params.id, body))

  app.delete('/places/:id', {
    onRequest: app.requireScopes('write:places'),
    config: { tool: { name: 'delete_place' } },
    schema: {
      operationId: 'deletePlace',
      tags,
      summary: 'Delete a saved place',
      description: 'Deletes a saved place of the user for good.',
      params: PlaceId,
      response: { 204: Type.Null({ description: 'The place is deleted' }), 404: notFound }
    }
  }, async ({ principal, params }, reply) => {
    await places.remove(principal.sub, params.id)
    return reply.code(204).send(null)
  })
}

export default placesRoutes
