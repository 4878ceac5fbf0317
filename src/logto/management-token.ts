import { LogtoError } from './error.js'
import { failureOf, unreachable } from './failures.js'
import { fetchWhole } from './fetch-whole.js'

export interface ManagementCredentials {
  /** Logto's core endpoint. */
  endpoint: string
  /** A machine-to-machine app with the role "Logto Management API access". */
  appId: string
  appSecret: string
  /** The Management API's resource indicator. */
  resource: string
}

/** Milliseconds for the token endpoint to answer. */
const TIMEOUT = 10_000
/** Seconds before its end from which a token is not used any more. */
const MARGIN = 60
const STEP = 'get a token for the Management API'

/**
 * Access tokens for the Management API (RFC 6749 section 4.4), kept until shortly before their end.
 * Simultaneous calls share one request. The secret goes to the token endpoint and nowhere else.
 */
export function createManagementToken ({ endpoint, appId, appSecret, resource, timeout = TIMEOUT }: ManagementCredentials & { timeout?: number }, now: () => number = Date.now) {
  let held: { token: string, until: number } | undefined
  let underWay: Promise<string> | undefined

  async function fetchToken (): Promise<string> {
    const { token, lifetime } = await askForToken({ endpoint, appId, appSecret, resource, timeout, scope: 'all' }, STEP)
    held = { token, until: now() + (lifetime - MARGIN) * 1000 }
    return token
  }

  return {
    /** @throws LogtoError */
    get (): Promise<string> {
      if (held && now() < held.until) return Promise.resolve(held.token)
      underWay ??= fetchToken().finally(() => { underWay = undefined })
      return underWay
    },
    /** After a 401: the next call fetches a new one, unless that has happened already. */
    drop (token: string): void {
      if (held?.token === token) held = undefined
    }
  }
}

export interface TokenRequest extends ManagementCredentials {
  scope?: string
  /** Milliseconds for the request, its whole answer included. */
  timeout?: number
}

/**
 * One client-credentials request with an API resource (RFC 8707).
 * @returns the token, its lifetime in seconds and the scopes granted (`''` when Logto names none)
 * @throws LogtoError
 */
export async function askForToken ({ endpoint, appId, appSecret, resource, scope, timeout = TIMEOUT }: TokenRequest, step: string) {
  const response = await fetchWhole(`${endpoint}/oidc/token`, timeout, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${encodeURIComponent(appId)}:${encodeURIComponent(appSecret)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, ...(scope === undefined ? {} : { scope }) })
  }).catch((error: unknown) => { throw unreachable(step, error) })
  const body: unknown = await response.json().catch(() => undefined)
  if (!response.ok) throw failureOf(step, response, body)
  const { access_token: token, expires_in: lifetime, scope: granted } = (body ?? {}) as Record<string, unknown>
  if (typeof token !== 'string' || typeof lifetime !== 'number') {
    throw new LogtoError({ failure: 'server', step, status: response.status, reason: 'The answer is not one of a token endpoint.' })
  }
  return { token, lifetime, scope: typeof granted === 'string' ? granted : '' }
}
