import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp, type Parts } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import type { Database } from '../../src/db/index.js'
import { openCopiedDatabase } from './database.js'

export const publicUrl = 'https://api.example.test'
export const metadataUrl = `${publicUrl}/.well-known/oauth-protected-resource`

export interface TestAppOptions {
  /** Whose tokens it takes: a stand-in or a tenant. */
  issuer: { endpoint: string }
  /** Environment on top of the test's own. */
  env?: Record<string, string>
  /** Registers more before the app is ready. */
  extend?: (app: FastifyInstance) => unknown
  /** Default: a PGlite of its own, which takes about half a second. */
  database?: Database
  weather?: Parts['weather']
  management?: Parts['management']
  logger?: Parts['logger']
}

/** A PGlite in the test's folder, closed with it. `t.testdir()` is used up by it: one for each `t`. */
export async function openTestDatabase (t: Test): Promise<Database> {
  const database = await openCopiedDatabase(t.testdir())
  t.teardown(() => database.close())
  return database
}

/** Stands in where a test is not about data: every use of it is an error. */
export const noDatabase: Database = {
  queries: undefined as unknown as Database['queries'],
  query: () => Promise.reject(new Error('this test has no database')),
  ping: () => Promise.reject(new Error('this test has no database')),
  close: async () => {}
}

/** The real app with the real configuration, its issuer exchanged for the one given. Not yet ready. */
export async function buildTestApp (t: Test, options: TestAppOptions): Promise<FastifyInstance> {
  const { issuer, env = {}, extend, ...parts } = options
  const config = loadConfig({ PUBLIC_URL: publicUrl, LOGTO_ENDPOINT: issuer.endpoint, WEATHER_SOURCE: 'observations', ...env })
  const database = options.database ?? await openTestDatabase(t)
  const app = await buildApp(config, { ...parts, database })
  t.teardown(async () => {
    // Answers that a test did not read to their end would keep their connections, and close() waits for them.
    app.server.closeAllConnections()
    await app.close()
  })
  await extend?.(app)
  return app
}

/** The same, listening on loopback, its keys fetched. */
export async function startTestApp (t: Test, options: TestAppOptions) {
  const app = await buildTestApp(t, options)
  await app.listen({ port: 0, host: '127.0.0.1' })
  // The first fetch may be under way still, or over already; a second one would be counted.
  const { keys, failures } = app.keyStore.stats()
  if (keys === 0 && failures === 0) await app.keyStore.start()
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    app,
    port,
    url,
    /** A request with an access token (or with none). */
    call: (path: string, token?: string, init: { method?: string, headers?: Record<string, string>, body?: string } = {}): Promise<Response> =>
      fetch(`${url}${path}`, { ...init, headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...init.headers } })
  }
}
