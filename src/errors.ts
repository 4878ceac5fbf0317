import { STATUS_CODES } from 'node:http'

/**
 * The one catalogue of errors that leave this service (RFC 9457 problem details).
 * `code` is stable and meant for programs; `detail` is for people and may change.
 */
const catalogue = {
  // Credentials; the first three are the codes of RFC 6750 section 3.1.
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  unauthorized: 401,
  wrong_organization: 403,
  client_blocked: 403,
  keys_unavailable: 503,
  overloaded: 503,
  bad_request: 400,
  validation_failed: 400,
  unknown_place: 404,
  no_observations: 404,
  place_not_found: 404,
  place_limit_reached: 409,
  client_not_found: 404,
  client_limit_reached: 409,
  client_busy: 409,
  client_gone: 409,
  client_without_secret: 409,
  registration_unavailable: 503,
  not_found: 404,
  method_not_allowed: 405,
  forbidden: 403,
  foreign_host: 403,
  foreign_origin: 403,
  too_many_requests: 429,
  payload_too_large: 413,
  unsupported_media_type: 415,
  uri_too_long: 414,
  bad_gateway: 502,
  service_unavailable: 503,
  headers_too_large: 431,
  answer_too_large: 500,
  internal_error: 500
} as const

export type ProblemCode = keyof typeof catalogue

export interface ProblemOptions {
  cause?: unknown
  /** Seconds after which a new try makes sense; becomes the `Retry-After` header. */
  retryAfter?: number
  /** Extension members of the problem document (RFC 9457 section 3.2). */
  members?: Record<string, unknown>
  /** What the challenge asks for, where that is something else than the scopes of the called route. */
  scopes?: readonly string[]
}

/** Why the service does not start, where a person can mend it: one line that names the variable, or the route. */
export class StartError extends Error {
  override name = 'StartError'
}

/** An error that may be shown to the caller. Everything else is answered as `internal_error`. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly statusCode: number
  readonly retryAfter: number | undefined
  readonly members: Record<string, unknown>
  readonly scopes: readonly string[] | undefined

  constructor (code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    // A refusal costs twice as much with a stack as without, and nobody looks at it: only those from 500 on are logged.
    const { stackTraceLimit } = Error
    if (catalogue[code] < 500) Error.stackTraceLimit = 0
    super(detail, options.cause === undefined ? undefined : { cause: options.cause })
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Problem'
    this.code = code
    this.statusCode = catalogue[code]
    this.retryAfter = options.retryAfter
    this.members = options.members ?? {}
    this.scopes = options.scopes
  }
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
