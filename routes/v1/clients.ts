import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { MAX_CLIENTS, type Clients } from '../../src/clients/service.js'
import { Problem } from '../../src/errors.js'
import { problemResponse } from '../../src/problem-schema.js'
import { busyClient, changedClientExample, clientExample, clientIdExample, clientsExample, createdClientExample, noSecret, noSuchClient, rotatedClientExample, rotationExample, tooManyClients } from '../examples/clients.js'
import { answerMetadataErrors, Client, ClientChanges, ClientWithSecret, invalidMetadata, NewClient, unavailable } from '../registration.js'

const DAY = 86_400
const ClientId = Type.Object({ id: Type.String({ examples: [clientIdExample], description: 'Client identifier' }) })
const Rotation = Type.Object({
  overlap_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 7 * DAY, description: `How long the secret in use works on; default ${DAY} (a day), 0 ends it now` }))
}, { additionalProperties: false })

const notFound = problemResponse('You have no client with this id.', noSuchClient)
const busy = problemResponse('Another change of the client is not finished ("client_busy"), or the authorization server does not know it any more ("client_gone").', busyClient)

/** `/v1/clients`: the clients of the developer the token speaks for, and nobody else's. */
const clientsRoutes: FastifyPluginAsyncTypebox<{ clients: Clients | undefined }> = async (app, options) => {
  const tags = ['Clients']
  const onRequest = () => app.requireScopes('manage:clients')
  const clients = () => options.clients ?? unset()
  answerMetadataErrors(app)
  app.addHook('preValidation', async ({ principal }) => { requirePerson(principal) })

  app.get('/clients', {
    onRequest: onRequest(),
    schema: {
      operationId: 'listClients',
      tags,
      summary: 'List your clients',
      description: 'All clients that you have registered, oldest first. Secrets are not shown again.',
      response: { 200: Type.Object({ clients: Type.Array(Client, { maxItems: MAX_CLIENTS }) }, { description: 'Your clients', examples: [clientsExample] }), 503: unavailable }
    }
  }, async ({ principal }) => ({ clients: await clients().list(principal.sub) }))

  app.get('/clients/:id', {
    onRequest: onRequest(),
    schema: {
      operationId: 'getClient',
      tags,
      summary: 'Look at a client',
      description: 'One of your clients. Its secret is not shown again.',
      params: ClientId,
      response: { 200: { ...Client, description: 'The client', examples: [clientExample] }, 404: notFound, 503: unavailable }
    }
  }, async ({ principal, params }) => clients().get(principal.sub, params.id))

  app.post('/clients', {
    onRequest: onRequest(),
    attachValidation: true, // the schema is for the documents; the service answers in RFC 7591's form
    schema: {
      operationId: 'createClient',
      tags,
      summary: 'Register a client',
      description: `Registers an agent as a third-party client (RFC 7591): people are asked before it may do anything. The secret is shown this once. A developer can have ${MAX_CLIENTS} clients.`,
      body: NewClient,
      response: { 201: { ...ClientWithSecret, description: 'The client, with its secret', examples: [createdClientExample] }, 400: invalidMetadata, 409: problemResponse('You already have as many clients as allowed.', tooManyClients), 503: unavailable }
    }
  }, async (request, reply) => {
    const client = await clients().create(request.principal.sub, request.body)
    note(request, client.client_id, 'client registered')
    return reply.code(201).header('location', `/v1/clients/${client.client_id}`).send(client)
  })

  app.patch('/clients/:id', {
    onRequest: onRequest(),
    attachValidation: true,
    schema: {
      operationId: 'updateClient',
      tags,
      summary: 'Change a client',
      description: 'Changes name, redirect URIs, permissions or links; what is not named stays. Whether it has a secret can\'t be changed. What people have allowed already is cut down to the new permissions at the next refresh.',
      params: ClientId,
      body: ClientChanges,
      response: { 200: { ...Client, description: 'The changed client', examples: [changedClientExample] }, 400: invalidMetadata, 404: notFound, 409: busy, 503: unavailable }
    }
  }, async request => {
    const client = await clients().change(request.principal.sub, request.params.id, request.body)
    note(request, client.client_id, 'client changed')
    return client
  })

  app.post('/clients/:id/secrets', {
    onRequest: onRequest(),
    schema: {
      operationId: 'rotateClientSecret',
      tags,
      summary: 'Exchange a client\'s secret',
      description: 'Makes a new secret, shown this once. The one in use works on for a while; one that already waits for its end goes at once.',
      params: ClientId,
      body: Type.Union([Rotation, Type.Null()], { examples: [rotationExample] }),
      response: { 201: { ...ClientWithSecret, description: 'The client, with its new secret', examples: [rotatedClientExample] }, 404: notFound, 409: problemResponse('The client has no secret ("client_without_secret"), another change of it is not finished ("client_busy"), or the authorization server does not know it any more ("client_gone").', noSecret), 503: unavailable }
    }
  }, async (request, reply) => {
    const client = await clients().rotate(request.principal.sub, request.params.id, request.body?.overlap_seconds ?? DAY)
    note(request, client.client_id, 'client secret rotated')
    return reply.code(201).send(client)
  })

  app.delete('/clients/:id', {
    onRequest: onRequest(),
    schema: {
      operationId: 'deleteClient',
      tags,
      summary: 'Delete a client',
      description: 'Deletes the client for good: nobody can sign in through it any more, and its refresh tokens end. Access tokens that are out already work until they expire.',
      params: ClientId,
      response: { 204: Type.Null({ description: 'The client is deleted' }), 404: notFound, 503: unavailable }
    }
  }, async (request, reply) => {
    await clients().remove(request.principal.sub, request.params.id)
    note(request, request.params.id, 'client deleted')
    return reply.code(204).send(null)
  })
}

/** A machine has no person who answers for the client, nor one who could look after it. */
function requirePerson ({ actor }: FastifyRequest['principal']): void {
  if (actor === 'machine') throw new Problem('forbidden', 'Clients belong to people: sign in as one. A machine-to-machine token can\'t register or manage them.')
}

function unset (): never {
  throw new Problem('registration_unavailable', 'Clients can\'t be registered here: the operator has not set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.')
}

/** For the audit: who did what to which client. Never a secret. */
function note (request: FastifyRequest, clientId: string, action: string): void {
  request.log.info({ client_id: clientId, owner: request.principal.sub }, action)
}

export default clientsRoutes
