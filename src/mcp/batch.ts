import { Problem } from '../errors.js'

const CANCELLED = 'notifications/cancelled'
/** Messages in one request: each may be a call with an answer of 100,000 characters, and all are under way at once. */
const MAX_MESSAGES = 10

/**
 * Several messages in one request (revision 2025-03-26) without cancellations, unless there is nothing
 * else: a call that is cancelled in its own request is never answered, and the request would wait for it.
 * Cancellations that come alone find no call here: every request is served on its own.
 * @throws Problem `payload_too_large` for more messages than are taken at once
 */
export function withoutCancellations (body: unknown): unknown {
  if (!Array.isArray(body)) return body
  if (body.length > MAX_MESSAGES) throw new Problem('payload_too_large', `At most ${MAX_MESSAGES} messages are taken in one request.`)
  const rest = (body as unknown[]).filter(message => (message as { method?: unknown } | null)?.method !== CANCELLED)
  return rest.length === 0 ? body : rest
}
