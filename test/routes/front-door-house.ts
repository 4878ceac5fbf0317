import { createHash, randomBytes } from 'node:crypto'
import type { Test } from 'tap'
import { FormBrowser, type Outcome } from '../../examples/shared/form-browser.js'
import type { Parts } from '../../src/app.js'
import { seed, type SeedClient } from '../../src/dev/index.js'
import { startTestApp } from '../kit/app.js'
import { startTenant, tenantPublicUrl } from '../kit/tenant.js'

export type Params = Record<string, string>
export interface Answer { status: number, headers: Headers, text: string, body: Record<string, unknown> }

export const redirectOf = (client: SeedClient): string => client.redirectUris({ publicUrl: tenantPublicUrl, botUrl: 'http://localhost:4000' })[0] ?? ''
export const basic = (id: string, secret = ''): Params => ({ authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` })

export const verifier = randomBytes(32).toString('base64url')
const pkce: Params = { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' }

export async function postForm (url: string, body: Params | string, headers: Params = {}): Promise<Answer> {
  return read(await fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body: String(typeof body === 'string' ? body : new URLSearchParams(body)) }))
}

export async function postJson (url: string, body: unknown, headers: Params = {}): Promise<Answer> {
  return read(await fetch(url, { method: 'POST', redirect: 'manual', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) }))
}

async function read (response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? JSON.parse(text) as Record<string, unknown> : {} }
}

/**
 * The whole service with its front door open, before a tenant whose default API is not ours: whoever
 * names no resource gets no JWT there.
 */
export async function startFrontDoorHouse (t: Test, { env = {}, logger }: { env?: Params, logger?: Parts['logger'] } = {}) {
  const tenant = await startTenant(t)
  await tenant.tenant.change(data => { for (const resource of Object.values(data.resources)) resource.isDefault = false })
  const { app, port, url } = await startTestApp(t, {
    issuer: tenant,
    env: { PUBLIC_URL: tenantPublicUrl, OAUTH_FRONT_DOOR: 'on', DOCS_CLIENT_ID: 'docs', ...env },
    database: tenant.database,
    logger
  })
  const { username, password } = seed.users.alice

  /** A client that knows nothing of `resource` sends Alice through the front door. */
  async function signIn (client: SeedClient, params: Params): Promise<{ onward: URL, outcome: Outcome }> {
    const query = new URLSearchParams({ response_type: 'code', client_id: client.id, redirect_uri: redirectOf(client), state: 'st4te', ...(client.secret === undefined ? pkce : {}), ...params })
    const response = await fetch(`${url}/oauth/authorize?${query.toString()}`, { redirect: 'manual' })
    const onward = new URL(response.headers.get('location') ?? '')
    return { onward, outcome: await new FormBrowser().authorize(onward.href, { username, password, consent: 'allow' }) }
  }

  /** The parameters with which it exchanges the code. */
  const exchange = (client: SeedClient, { callback }: Outcome): Params => ({
    grant_type: 'authorization_code',
    code: callback.searchParams.get('code') ?? '',
    redirect_uri: redirectOf(client),
    ...(client.secret === undefined ? { client_id: client.id, code_verifier: verifier } : {})
  })

  return { app, tenant, port, url, tokenUrl: `${url}/oauth/token`, logtoTokenUrl: `${tenant.endpoint}/oidc/token`, signIn, exchange }
}
