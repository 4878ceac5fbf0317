import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { bearerChallenge, type BearerError } from '../src/auth/challenge.js'
import { scopesToAskFor } from '../src/auth/scope-requirement.js'
import { Problem, type ProblemCode } from '../src/errors.js'

export interface ProblemOptions {
  /** Address of the protected-resource metadata; stands in every 401 and 403. */
  resourceMetadata: string
}

/** Fastify's own errors that have a code of their own in the catalogue. */
const frameworkCodes: Partial<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_MAX_URL_LENGTH: 'uri_too_long'
}

/** The one place where an error becomes an answer: RFC 9457 body, `WWW-Authenticate`, `Retry-After`. */
async function problemPlugin (app: FastifyInstance, options: ProblemOptions) {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error)
    if (problem.statusCode >= 500) request.log.error({ err: error }, problem.message)
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
  socket.end(`HTTP/1.1 ${problem.statusCode} ${STATUS_CODES[problem.statusCode]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
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

/** RFC 9457 section 3.1. Without `type` the title is the status' phrase; `code` tells problems apart. */
export function problemBody (problem: Problem): Record<string, unknown> {
  return {
    ...problem.members,
    title: STATUS_CODES[problem.statusCode],
    status: problem.statusCode,
    code: problem.code,
    detail: problem.message
  }
}

function toProblem (error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (error.validation) return validationProblem(error)
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500) return new Problem(frameworkCodes[error.code] ?? 'bad_request', error.message, { cause: error })
  return new Problem('internal_error', 'Something went wrong on our side.', { cause: error })
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

const bearerErrors: readonly string[] = ['invalid_request', 'invalid_token', 'insufficient_scope'] satisfies BearerError[]

function challengeFor (problem: Problem, request: FastifyRequest, resourceMetadata: string): string | undefined {
  const requirement = request.routeOptions.config.scopeRequirement
  if (requirement === undefined) return undefined
  const scopes = scopesToAskFor(requirement)
  if (problem.code === 'unauthorized') return bearerChallenge({ scopes, resourceMetadata })
  if (!bearerErrors.includes(problem.code)) return undefined
  return bearerChallenge({ error: problem.code as BearerError, description: problem.message, scopes, resourceMetadata })
}

export default fp(problemPlugin, { name: 'problem', fastify: '5.x' })
