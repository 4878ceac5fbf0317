import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash, randomBytes } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { createSqlStore, seed, startEmbeddedServer } from '../../src/dev/index.js'
import type { EmbeddedServer, EmbeddedServerOptions, SeedClient } from '../../src/dev/index.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import type { Outcome } from '../../examples/shared/form-browser.js'

export const apiResource = 'http://localhost:3000/'
export const publicUrl = 'http://localhost:3000'
export const botUrl = 'http://localhost:4000'

export interface Answer { status: number, headers: Headers, body: Record<string, unknown> }
export interface Decoded { header: Record<string, unknown>, payload: Record<string, unknown> }

interface Teardown { teardown (fn: () => unknown): unknown }

export async function temporaryFolder (t: Teardown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-dev-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  return folder
}

/** A server with a database of its own; both end with the test. */
export async function boot (t: Teardown, options: Partial<EmbeddedServerOptions> = {}) {
  const db = new PGlite()
  t.teardown(async () => { await db.close() })
  const store = createSqlStore((sql, params) => db.query(sql, params))
  const dataDir = await temporaryFolder(t)
  const server = await startEmbeddedServer(
    { port: 0, apiResource, publicUrl, store, dataDir, ...options })
  t.teardown(async () => { await server.close() })
  return { server, store, dataDir, db, ...actions(server) }
}

const secretOf = (client: SeedClient): string => client.secret ?? ''
const firstRedirect = (client: SeedClient): string =>
  client.redirectUris({ publicUrl, botUrl })[0] ?? ''

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

export function decode (token: unknown): Decoded {
  const [header = '', payload = ''] = String(token).split('.')
  const part = (text: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(text, 'base64url').toString())
  return { header: part(header), payload: part(payload) }
}

export const isOpaque = (token: unknown): boolean => /^[A-Za-z0-9_-]{43}$/.test(String(token))

export type Params = Record<string, string>

/** The calls that a client, and a person at a client, make at a server. */
export function actions ({ issuer }: EmbeddedServer) {
  const verifier = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(verifier).digest('base64url')

  function authorizationUrl (client: SeedClient, params: Params): string {
    const pkce: Params = client.secret === undefined
      ? { code_challenge: challenge, code_challenge_method: 'S256' }
      : {}
    const query: Params = {
      client_id: client.id,
      redirect_uri: firstRedirect(client),
      response_type: 'code',
      state: 'st4te',
      ...pkce,
      ...params
    }
    return `${issuer}/auth?${new URLSearchParams(query).toString()}`
  }

  async function post (path: string, body: Params, headers: Params = {}): Promise<Answer> {
    const response = await fetch(`${issuer}${path}`,
      { method: 'POST', headers, body: new URLSearchParams(body) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
  }

  const asClient = async (client: SeedClient, path: string, body: Params): Promise<Answer> =>
    client.secret === undefined
      ? await post(path, { client_id: client.id, ...body })
      : await post(path, body, { authorization: basic(client.id, secretOf(client)) })

  async function authorize (
    client: SeedClient, params: Params,
    { user = 'alice', consent = 'allow', browser = new FormBrowser() }:
    { user?: keyof typeof seed.users, consent?: 'allow' | 'deny', browser?: FormBrowser } = {}
  ): Promise<Outcome> {
    const { username, password } = seed.users[user]
    return await browser.authorize(authorizationUrl(client, params), { username, password, consent })
  }

  const exchange = async (client: SeedClient, { callback }: Outcome, params: Params = {}): Promise<Answer> =>
    await asClient(client, '/token', {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: firstRedirect(client),
      ...(client.secret === undefined ? { code_verifier: verifier } : {}),
      ...params
    })

  const refresh = async (client: SeedClient, token: unknown, params: Params = {}): Promise<Answer> =>
    await asClient(client, '/token', {
      grant_type: 'refresh_token', refresh_token: String(token), ...params
    })

  const machine = async (client: SeedClient, params: Params): Promise<Answer> =>
    await asClient(client, '/token', { grant_type: 'client_credentials', ...params })

  /** One request without following redirects. */
  async function get (path: string, headers: Params = {}): Promise<Response> {
    return await fetch(new URL(path, issuer), { redirect: 'manual', headers })
  }

  return { authorizationUrl, post, asClient, authorize, exchange, refresh, machine, get }
}
