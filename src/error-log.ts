/** What of an error goes into the log. */
export type LoggedError = {
  type: string
  message: string
  stack: string
  code?: unknown
  cause?: LoggedError
}

/**
 * Prepares an error for the log: no extra members (some carry whole answers), no query strings (a
 * lost client may put a token there), and of a failed query its cause only, because the query's own
 * message repeats the user's data.
 */
export function errorForLog (error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: withoutQuery(String(error)), stack: '' }
  if (error.constructor.name === 'DrizzleQueryError') return errorForLog(error.cause)
  return {
    type: error.name,
    message: withoutQuery(error.message),
    stack: withoutQuery(error.stack ?? ''),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) })
  }
}

function withoutQuery (text: string): string {
  return text.replace(/\?[^\s"')]*/g, '?…')
}
