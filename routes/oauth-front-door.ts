import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { authorizationValue } from '../src/auth/bearer.js'
import { sourceOf } from '../src/auth/source.js'
import { Problem } from '../src/errors.js'
import { authorizationAddress, type AuthorizationOptions } from '../src/front-door/authorization.js'
import { OAuthError } from '../src/front-door/oauth-error.js'
import { createTokenRequests, type TokenOptions } from '../src/front-door/token.js'

export type OAuthFrontDoorOptions = AuthorizationOptions & TokenOptions

/**
 * Requests a minute: for tokens with the same credentials from one address (an agent's server renews the tokens
 * of all its users), and for sign-ins from one address, behind which there may be everybody's proxy.
 */
const REQUESTS = { tokens: 600, signIns: 6_000 }
const MINUTE = 60_000

type Parameter = [name: string, value: string]

const open = { config: { public: true as const }, schema: { hide: true } }

/**
 * `GET /oauth/authorize` and `POST /oauth/token`: Logto's endpoints on the API's own domain, for clients
 * that can't send `resource`, or want OAuth where the API is. They hold no secret and decide nothing.
 */
const oauthFrontDoor: FastifyPluginAsync<OAuthFrontDoorOptions> = async (app, options) => {
  const requestToken = createTokenRequests(options)
  answerInOAuthsShape(app)
  takeForms(app)
  app.addHook('onRequest', async (_request, reply) => { reply.header('cache-control', 'no-store') })
  app.addHook('preValidation', async request => { request.body = parametersIn(request.body) })
  await app.register(rateLimit, { hook: 'preHandler', max: ({ method }) => method === 'POST' ? REQUESTS.tokens : REQUESTS.signIns, timeWindow: MINUTE, keyGenerator: askerOf, errorResponseBuilder: (_request, { max, ttl }) => tooMany(max, ttl) })

  app.get('/oauth/authorize', open, async (request, reply) => reply.redirect(authorizationAddress(queryOf(request), options), 302))

  app.post<{ Body: Parameter[] }>('/oauth/token', open, async (request, reply) => {
    const authorization = authorizationValue({ rawHeaders: request.raw.rawHeaders, query: request.query })
    const { status, headers, body } = await requestToken(request.body, authorization, sourceOf(request.ip))
    return reply.code(status).headers(headers).send(body)
  })
}

/** The raw query: Fastify's parsed one does not tell a list from a repeated parameter in every spelling. */
function queryOf ({ raw: { url = '' } }: FastifyRequest): string {
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

/**
 * An address; at the token endpoint with the credentials that it presents, of a public client its code or
 * refresh token: behind a proxy all clients have one address, and nobody shall use up another's share.
 * Does NOT keep anybody from guessing secrets, which are too long for that. A digest, to keep none of them.
 */
function askerOf (request: FastifyRequest): string {
  const source = sourceOf(request.ip)
  if (request.method !== 'POST') return source
  const given = new Map(request.body as Parameter[])
  const secret = request.headers.authorization ?? given.get('client_secret') ?? given.get('client_assertion') ?? given.get('code') ?? given.get('refresh_token')
  const parts = [source, given.get('client_id'), secret]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}

/** For this context only; everywhere else JSON is the only body there is. */
function takeForms (app: FastifyInstance): void {
  app.addContentTypeParser<string>('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => { done(null, new URLSearchParams(body)) })
}

/** @throws OAuthError `invalid_request` for JSON that is no flat object of texts */
function parametersIn (body: unknown): Parameter[] {
  if (body instanceof URLSearchParams) return [...body]
  const entries = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : []
  if (!entries.every((entry): entry is Parameter => typeof entry[1] === 'string')) throw new OAuthError('invalid_request', 'The members of a JSON body are texts, nothing else.')
  return entries
}

function answerInOAuthsShape (app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const { code, message, status, retryAfter, cause } = toOAuthError(error)
    if (code === 'server_error') request.log.error({ err: cause }, message)
    else if (status >= 500) request.log.warn({ reason: reasonOf(cause) }, 'front door: the token endpoint of Logto gave no usable answer')
    if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
    return reply.code(status).header('cache-control', 'no-store').type('application/json; charset=utf-8').send({ error: code, error_description: message })
  })
}

function toOAuthError (error: unknown): OAuthError {
  if (error instanceof OAuthError) return error
  if (error instanceof Problem) return new OAuthError('invalid_request', error.message)
  const { statusCode: status = 500 } = (error instanceof Error ? error : {}) as Partial<FastifyError>
  if (status === 413) return new OAuthError('invalid_request', 'The body is too large.', { status })
  if (status === 415) return new OAuthError('invalid_request', 'The body is application/x-www-form-urlencoded or application/json.', { status })
  if (status >= 400 && status < 500) return new OAuthError('invalid_request', 'The request can not be read.')
  return new OAuthError('server_error', 'Something went wrong on our side.', { status: 500, cause: error })
}

/** What may stand in the log. Not the message, which may repeat a header that was sent. */
function reasonOf (cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause
  const { code } = (cause.cause ?? cause) as { code?: unknown }
  return typeof code === 'string' ? `${cause.name} ${code}` : cause.name
}

function tooMany (max: number, ttl: number): OAuthError {
  return new OAuthError('temporarily_unavailable', `Only ${max} requests a minute are taken from one client.`, { status: 429, retryAfter: Math.ceil(ttl / 1000) })
}

export default oauthFrontDoor
