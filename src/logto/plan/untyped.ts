import type { ManagementApi } from '../management.js'

interface Outcome { data?: unknown, error?: unknown, response: Response }
interface Init { body?: object, parseAs?: 'text', params?: { path: Record<string, string> } }
type Call = (path: string, init?: Init) => Promise<Outcome>

/** For paths that @logto/api has no types for: those of client ID metadata documents. */
export function untyped (api: ManagementApi): { GET: Call, POST: Call, PATCH: Call, DELETE: Call } {
  return api as unknown as { GET: Call, POST: Call, PATCH: Call, DELETE: Call }
}
