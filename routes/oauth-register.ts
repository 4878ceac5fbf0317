import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import rateLimit from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { REGISTRATION_SCHEME } from '../plugins/openapi.js'
import { authorizationValue, bearerToken } from '../src/auth/bearer.js'
import { bearerChallenge, type BearerError } from '../src/auth/challenge.js'
import type { Clients } from '../src/clients/service.js'
import { Problem } from '../src/errors.js'
import { problemResponse } from '../src/problem-schema.js'
import { createdClientExample, notTheToken, tooManyOpenClients } from './examples/clients.js'
import { answerMetadataErrors, ClientWithSecret, invalidMetadata, NewClient, unavailable } from './registration.js'

export interface OpenRegistrationOptions {
  clients: Clients | undefined
  /** Initial access token (RFC 7591 section 1.2): whoever has it may register. */
  token: string
}

const HOUR = 3_600_000
/** Tries an hour: without the right token from one address, and with it from all together. */
const TRIES = { wrong: 10, right: 60 }

/**
 * `POST /oauth/register`: registration for agents without a person (RFC 7591 section 3). The clients
 * belong to nobody: there is no way of changing them later, and one limit holds for all of them.
 */
const openRegistration: FastifyPluginAsyncTypebox<OpenRegistrationOptions> = async (app, { clients, token }) => {
  const expected = digest(token)
  answerMetadataErrors(app)
  // For this context only. Whoever has the token is counted apart: behind a proxy all come from one
  // address, and nobody's wrong tries may keep them out.
  await app.register(rateLimit, {
    timeWindow: HOUR,
    keyGenerator: request => isRight(request, expected) ? 'right token' : `from ${request.ip}`,
    max: request => isRight(request, expected) ? TRIES.right : TRIES.wrong,
    errorResponseBuilder: (_request, { ttl, max }) => tooMany(max, ttl)
  })

  app.post('/oauth/register', {
    config: { public: true },
    attachValidation: true, // the schema is for the documents; the service answers in RFC 7591's form
    preParsing: async (request, reply) => {
      reply.header('cache-control', 'no-store')
      requireToken(request, reply, expected)
    },
    schema: {
      operationId: 'registerClient',
      tags: ['Clients'],
      security: [{ [REGISTRATION_SCHEME]: [] }],
      summary: 'Register a client without a person',
      description: 'Registration by RFC 7591, with the initial access token of this service as bearer token.',
      body: NewClient,
      response: {
        201: { ...ClientWithSecret, description: 'The client, with its secret', examples: [createdClientExample] },
        400: invalidMetadata,
        401: problemResponse('No initial access token, or not the right one.', notTheToken),
        409: problemResponse('This service has as many clients of this kind as it takes.', tooManyOpenClients),
        429: problemResponse(`More than ${TRIES.wrong} tries an hour from one address, or ${TRIES.right} with the right token; "Retry-After" says when there is room again.`, tooMany(TRIES.right, HOUR)),
        503: unavailable
      }
    }
  }, async (request, reply) => {
    if (clients === undefined) throw new Problem('registration_unavailable', 'Clients can\'t be registered here: the operator has not set LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET.')
    const client = await clients.create(null, request.body)
    request.log.info({ client_id: client.client_id, owner: null }, 'client registered')
    return reply.code(201).send(client)
  })
}

function isRight ({ raw, query }: FastifyRequest, expected: Buffer): boolean {
  try {
    const given = bearerToken(authorizationValue({ rawHeaders: raw.rawHeaders, query }))
    return given !== undefined && timingSafeEqual(digest(given), expected)
  } catch {
    return false // requireToken says why
  }
}

/** @throws Problem `unauthorized`, `invalid_token`, `invalid_request` (RFC 6750 section 3.1) */
function requireToken (request: FastifyRequest, reply: FastifyReply, expected: Buffer): void {
  const given = tokenOf(request, reply)
  if (given === undefined) throw refusal(reply, undefined, 'This needs the initial access token of this service as bearer token.')
  // Digests have one length, and comparing them takes the same time whatever is in them.
  if (!timingSafeEqual(digest(given), expected)) throw refusal(reply, 'invalid_token', 'This is not the initial access token of this service.')
}

function tokenOf (request: FastifyRequest, reply: FastifyReply): string | undefined {
  try {
    return bearerToken(authorizationValue({ rawHeaders: request.raw.rawHeaders, query: request.query }))
  } catch (error) {
    if (error instanceof Problem && error.statusCode === 400) throw refusal(reply, 'invalid_request', error.message)
    throw refusal(reply, 'invalid_token', 'This is not the initial access token of this service.')
  }
}

function refusal (reply: FastifyReply, error: BearerError | undefined, description: string): Problem {
  reply.header('www-authenticate', bearerChallenge(error === undefined ? {} : { error, description }))
  return new Problem(error ?? 'unauthorized', description)
}

function tooMany (max: number, ttl: number): Problem {
  return new Problem('too_many_requests', `Only ${max} registrations can be tried an hour.`, { retryAfter: Math.ceil(ttl / 1000) })
}

function digest (text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export default openRegistration
