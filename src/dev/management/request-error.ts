import type { ZodError, ZodIssue } from 'zod/v3'

/** An error in Logto's shape: `{ code, message, data?, details? }`. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly body: Record<string, unknown>

  constructor (readonly status: number, code: string, message: string, more: { data?: unknown, details?: string } = {}) {
    super(message)
    const { data, details } = more
    this.body = { code, ...(data === undefined ? {} : { data }), ...(details === undefined ? {} : { details }), message }
  }
}

export const notFoundWithId = (table: string, id: string) =>
  new RequestError(404, 'entity.not_exists_with_id', `The ${table} with ID \`${id}\` does not exist.`)

export const notFound = () => new RequestError(404, 'entity.not_found', 'The resource does not exist.')

function inWords (issue: ZodIssue): string {
  const words = issue.code === 'invalid_type' ? `Expected ${issue.expected} but received ${issue.received}.` : issue.message
  return `Error in key path "${issue.path.map(String).join('.')}": (${issue.code}) ${words}`
}

/** A request that is not of the form that the route asks for. */
export function invalidInput (part: 'body' | 'query' | 'params', { issues }: ZodError): RequestError {
  return new RequestError(400, 'guard.invalid_input', `The request ${part} is invalid.`, {
    data: { issues, name: 'ZodError' },
    details: issues.map(inWords).join('\n')
  })
}
