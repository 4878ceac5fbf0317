const CANCELLED = 'notifications/cancelled'

/**
 * Several messages in one request (revision 2025-03-26) without cancellations, unless there is nothing
 * else: a call that is cancelled in its own request is never answered, and the request would wait for it.
 * Cancellations that come alone find no call here: every request is served on its own.
 */
export function withoutCancellations (body: unknown): unknown {
  if (!Array.isArray(body)) return body
  const rest = (body as unknown[]).filter(message => (message as { method?: unknown } | null)?.method !== CANCELLED)
  return rest.length === 0 ? body : rest
}
