import { LogtoError, type LogtoFailure } from './error.js'

/** The error body of the Management API, or of the token endpoint. */
interface LogtoErrorBody { code?: unknown, message?: unknown, details?: unknown, error_description?: unknown }

/** What an answer that is no success means. `body` is what came, parsed where it was JSON. */
export function failureOf (step: string, response: Response, body: unknown): LogtoError {
  const { code, message, details, error_description: description } = (typeof body === 'object' && body !== null ? body : {}) as LogtoErrorBody
  const words = [message, details ?? description].filter(text => typeof text === 'string')
  const known = typeof code === 'string' ? code : undefined
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN)
  return new LogtoError({
    failure: kindOf(response.status, known),
    step,
    status: response.status,
    ...(known === undefined ? {} : { code: known }),
    reason: words.length > 0 ? words.join(' ') : `Logto answered ${response.status} without saying why.`,
    ...(Number.isFinite(retryAfter) ? { retryAfter } : {})
  })
}

/** Codes of a plan's limits at Logto Cloud begin so; they come with 402, 403 or 422. */
const PLAN_LIMIT = /^subscription\./

function kindOf (status: number, code: string | undefined): LogtoFailure {
  if (code !== undefined && PLAN_LIMIT.test(code)) return 'plan_limit'
  // The token endpoint says 400 for an unknown client, an expired secret and a resource that is none.
  if (code === 'oidc.invalid_client' || code === 'oidc.invalid_target' || code === 'oidc.invalid_request') return 'credentials'
  if (status === 401) return 'credentials'
  if (status === 402) return 'plan_limit'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 400 && status < 500 ? 'refused' : 'server'
}

/** Nobody answered, or not in time. */
export function unreachable (step: string, error: unknown): LogtoError {
  if (error instanceof LogtoError) return error
  return new LogtoError({ failure: 'unreachable', step, reason: inWords(error), cause: error })
}

function inWords (error: unknown): string {
  if (!(error instanceof Error)) return 'No answer.'
  if (error.name === 'TimeoutError') return 'Logto did not answer in time.'
  const { cause } = error
  const { code } = (cause instanceof Error ? cause : error) as NodeJS.ErrnoException
  return code === undefined ? 'The connection failed.' : `The connection failed (${code}).`
}
