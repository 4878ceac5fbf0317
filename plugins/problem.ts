import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { bearerChallenge, type BearerError } from '../src/auth/challenge.js'
import { scopesToAskFor } from '../src/auth/scope-requirement.js'
import { Problem, problemBody, type ProblemCode } from '../src/errors.js'

export interface ProblemOptions {
  /** Address of the protected-resource metadata; stands in every 401 and 403. */
  resourceMetadata: string
}

/** Statuses of libraries' errors that have a code of their own in the catalogue. */
const codeOfStatus = new Map<number, ProblemCode>([
  [401, 'unauthorized'], [403, 'forbidden'], [404, 'not_found'], [413, 'payload_too_large'],
  [414, 'uri_too_long'], [415, 'unsupported_media_type'], [429, 'too_many_requests'], [503, 'service_unavailable']
])

/** The one place where an error becomes an answer: RFC 9457 body, `WWW-Authenticate`, `Retry-After`. */
async function problemPlugin (app: FastifyInstance, options: ProblemOptions) {
  app.setErrorHandler((error: unknown, request, reply) => {
    const problem = toProblem(error)
    logFault(problem, error, request)
    const challenge = challengeFor(problem, request, options.resourceMetadata)
    if (challenge !== undefined) reply.header('www-authenticate', challenge)
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('not_found', 'There is nothing at this address; /openapi.json lists what there is.')))
}

/** Answers a request that never reached a route, such as one with a malformed URL. */
export function answerFrameworkError (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, toProblem(error))
}

/** Answers bytes that are no HTTP request, or too many of them, on the bare socket. */
export function answerClientError (this: unknown, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = error.code === 'HPE_HEADER_OVERFLOW'
    ? new Problem('headers_too_large', 'The request headers are too large.')
    : new Problem('bad_request', 'This is not a well-formed HTTP request.')
  const body = JSON.stringify(problemBody(problem))
  socket.end(`HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`, () => socket.destroy()) // a client that does not hang up must not keep it open
}

function sendProblem (reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfter !== undefined) reply.header('retry-after', problem.retryAfter)
  return reply
    .code(problem.statusCode)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .serializer((body: string) => body) // the body is text already; a route's response schemas must not cut it
    .send(JSON.stringify(problemBody(problem)))
}

function logFault (problem: Problem, error: unknown, request: FastifyRequest): void {
  // No faults of ours, and one a request: the key store has said already why there are no keys.
  if (problem.code === 'keys_unavailable' || problem.code === 'overloaded') request.log.warn(problem.message)
  else if (problem.statusCode >= 500) request.log.error({ err: error }, problem.message)
}

function toProblem (error: unknown): Problem {
  if (error instanceof Problem) return error
  const { statusCode: status, code, validation, message } = (error instanceof Error ? error : {}) as Partial<FastifyError>
  if (Array.isArray(validation)) return validationProblem(error as FastifyError)
  const known = codeOfStatus.get(status ?? 500)
  if (status === undefined || (known === undefined && (status < 400 || status > 499))) {
    return new Problem('internal_error', 'Something went wrong on our side.', { cause: error })
  }
  return new Problem(known ?? 'bad_request', wordsFor(code, message) ?? `The request was refused: ${STATUS_CODES[status] ?? status}.`, { cause: error })
}

/** Fastify's words about bodies are meant for the caller; about a bad URL they repeat it, query string and all. */
function wordsFor (code: unknown, message: string | undefined): string | undefined {
  if (code === 'FST_ERR_BAD_URL') return 'The address is not a well-formed URL.'
  return typeof code === 'string' && code.startsWith('FST_ERR_CTP_') ? message : undefined
}

function validationProblem (error: FastifyError): Problem {
  const where = error.validationContext ?? 'request'
  const errors = (error.validation ?? []).map(failure => ({ in: where, path: pathOf(failure), message: failure.message ?? 'is not valid' }))
  const detail = errors.map(one => `${one.in}${one.path}: ${one.message}`).join('; ')
  return new Problem('validation_failed', detail, { cause: error, members: { errors } })
}

function pathOf (failure: { instancePath: string, params: Record<string, unknown> }): string {
  const extra = failure.params['additionalProperty']
  return typeof extra === 'string' ? `${failure.instancePath}/${extra.slice(0, 60)}` : failure.instancePath
}

/** What a problem is called in a challenge (RFC 6750 section 3.1). */
const bearerErrors: Partial<Record<ProblemCode, BearerError>> = {
  invalid_request: 'invalid_request',
  invalid_token: 'invalid_token',
  insufficient_scope: 'insufficient_scope',
  // The token is good, but not for this: another one is needed, as with a missing scope.
  wrong_organization: 'insufficient_scope',
  // A person's token instead of a machine's.
  forbidden: 'insufficient_scope'
}

function challengeFor (problem: Problem, request: FastifyRequest, resourceMetadata: string): string | undefined {
  const requirement = request.routeOptions.config.scopeRequirement
  if (requirement === undefined) return undefined
  const instead = request.routeOptions.config.challenge
  return challengeOf(problem, instead ?? { scopes: scopesToAskFor(requirement), resourceMetadata })
}

/** The challenge that goes with a problem about credentials or permissions (RFC 6750 section 3); `undefined` for any other. */
export function challengeOf (problem: Problem, says: ChallengeWords): string | undefined {
  const { resourceMetadata, scopes } = { ...says, ...(problem.scopes ? { scopes: problem.scopes } : {}) }
  // No error and no scope: neither a new sign-in nor more permissions would help, and a client must not try them in a loop.
  if (problem.code === 'client_blocked') return bearerChallenge({ resourceMetadata })
  if (problem.code === 'unauthorized') return bearerChallenge({ scopes, resourceMetadata })
  const error = bearerErrors[problem.code]
  return error && bearerChallenge({ error, description: problem.message, scopes, resourceMetadata })
}

/** Where a client learns how to get in, and what it should ask for first. */
export interface ChallengeWords {
  readonly resourceMetadata: string
  readonly scopes: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a challenge of this route says, where that is not the service's metadata and the route's scopes. */
    challenge?: ChallengeWords
  }
}

export default fp(problemPlugin, { name: 'problem', fastify: '5.x' })
