import type { Test } from 'tap'
import type { Parts } from '../../src/app.js'
import { startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'
import { startTenant, tenantApiResource } from '../kit/tenant.js'

export const agent = { client_name: 'Rain Today', redirect_uris: ['https://agent.example.com/cb'], scope: 'read:weather' }
export const json = { 'content-type': 'application/json' }

export interface ClientsAppOptions {
  env?: Record<string, string>
  /** `null`: none. Default: a tenant's own. */
  management?: Parts['management'] | null
  logger?: Parts['logger']
  /** Default: one of its own, which takes some seconds. */
  tenant?: Awaited<ReturnType<typeof startTenant>>
}

/** The whole app: tokens from a stand-in, clients at a tenant. */
export async function startClientsApp (t: Test, { env = {}, management, logger, ...options }: ClientsAppOptions = {}) {
  const tenant = options.tenant ?? await startTenant(t)
  const issuer = await startIssuer(t, { audience: tenantApiResource })
  const { app, port, url } = await startTestApp(t, {
    issuer,
    env: { API_RESOURCE: tenantApiResource, ...env },
    database: tenant.database,
    management: management === null ? undefined : management ?? tenant.management,
    logger
  })

  return {
    app,
    issuer,
    tenant,
    port,
    url,
    /** The token of a developer, or with other claims. */
    token: (sub: string, claims = {}) => issuer.token({ sub, scope: 'manage:clients', ...claims }),
    send: (method: string, path: string, token: string | undefined, body?: unknown, headers: Record<string, string> = {}): Promise<Response> => fetch(`${url}${path}`, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(body === undefined ? {} : json), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
  }
}

/** A problem (RFC 9457) with this code, never kept by a cache. */
export async function refused (t: Test, answer: Response, status: number, code: string, name: string): Promise<void> {
  t.equal(answer.status, status, name)
  t.equal(answer.headers.get('content-type'), 'application/problem+json', name)
  t.equal(answer.headers.get('cache-control'), 'no-store', name)
  t.match(await answer.json(), { status, code }, name)
}

/** An error about metadata (RFC 7591 section 3.2.2). */
export async function refusedMetadata (t: Test, answer: Response, error: string, name: string): Promise<void> {
  t.equal(answer.status, 400, name)
  t.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8', name)
  t.equal(answer.headers.get('cache-control'), 'no-store', name)
  const body = await answer.json() as Record<string, unknown>
  t.strictSame(Object.keys(body).sort(), ['error', 'error_description'], name)
  t.equal(body['error'], error, `${name}: ${String(body['error_description'])}`)
}
