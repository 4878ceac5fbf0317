import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from './engine.js'
import { buildAuthorizationServer } from './app.js'
import { providerConfiguration } from './configuration.js'
import { seedDirectory } from './directory.js'
import type { Directory } from './directory.js'
import { loadKeys } from './keys.js'
import { desiredTenant } from '../logto/desired.js'
import { logtoAnswers } from './logto-answers.js'
import { report } from './report.js'
import type { Logger } from './report.js'
import { acceptAllSecrets } from './secrets.js'
import type { KeyValueStore } from './store.js'
import { seedTenant } from './tenant/seeding.js'
import { openTenant, type Tenant } from './tenant/tenant.js'

export interface EmbeddedServerOptions {
  /** 0 takes any free port. The host is always 127.0.0.1, the issuer `http://localhost:<port>/oidc`. */
  port: number
  /** The API resource indicator, compared exactly; at first also the default resource. */
  apiResource: string
  /** The service's base URL, for the redirect URIs of the docs page and the official app. */
  publicUrl: string
  /** WeatherBot's base URL. */
  botUrl?: string
  store: KeyValueStore
  /** The keys are kept in its folder `authorization-server`. */
  dataDir: string
  logger?: Logger
  /** A second guard beside the configuration's: true is refused. */
  production?: boolean
  /** Other users, clients and roles than the seeded ones; `null`: a tenant as Logto makes it, with none of them. */
  directory?: Directory | null
  /** The second audience, for `/mcp` alone. */
  mcpResource?: string
  chatgptPluginId?: string
}

export interface EmbeddedServer {
  readonly endpoint: string
  readonly issuer: string
  readonly port: number
  readonly tenant: Tenant
  close (): Promise<void>
}

/** Rejects with the server's own error, EADDRINUSE for instance. */
async function listen (server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

async function stop (server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => { server.close(() => { resolve() }) })
  server.closeAllConnections()
  await closed
}

/** oidc-provider reads a client when it is first used; a bad redirect URI stops the start instead. */
async function checkClients (provider: Provider, clients: Directory['clients']): Promise<void> {
  for (const { id } of clients) {
    await provider.Client.find(id).catch((cause: Error & { error_description?: string }) => {
      throw new Error(`client ${id}: ${cause.error_description ?? cause.message}`, { cause })
    })
  }
}

function seedsOf ({ publicUrl, apiResource, mcpResource = apiResource, chatgptPluginId = 'plugin-scopegate', botUrl = 'http://localhost:4000' }: EmbeddedServerOptions, directory: Directory | undefined) {
  const desired = desiredTenant({ publicUrl, apiResource, mcpResource, chatgptPluginId })
  return { directory, desired, addresses: { publicUrl, botUrl } }
}

/**
 * Starts the authorization server for development, which behaves as a self-hosted Logto. Its users
 * and secrets are known to everybody, so it listens on loopback only and refuses production.
 */
export async function startEmbeddedServer (options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  if (options.production === true) {
    throw new Error('The embedded authorization server has fixed, public credentials and does not ' +
      'start in production: set LOGTO_ENDPOINT')
  }
  const { store, logger, directory = seedDirectory } = options
  const keys = await loadKeys(options.dataDir)
  await store.prepare()
  const tenant = await openTenant(store, data => seedTenant(data, seedsOf(options, directory ?? undefined)))

  // The issuer has the port in it, so the port is taken first; whoever is quick waits for the rest.
  const server = createServer((request, response) => {
    app.then(ready => { ready.routing(request, response) }, () => { response.destroy() })
  })
  const app = listen(server, options.port).then(async port => {
    const issuer = `http://localhost:${port}/oidc`
    const provider = new Provider(issuer,
      providerConfiguration({ issuer, store, tenant, keys }))
    acceptAllSecrets(provider, tenant)
    provider.use(logtoAnswers(tenant))
    report(provider, logger)
    await checkClients(provider, directory?.clients ?? [])
    return await buildAuthorizationServer({ provider, tenant, keys, users: directory?.users ?? [], logger })
  })
  try {
    await app
  } catch (error) {
    if (server.listening) await stop(server)
    throw error
  }

  const { port } = server.address() as AddressInfo
  const endpoint = `http://localhost:${port}`
  return {
    endpoint,
    issuer: `${endpoint}/oidc`,
    port,
    tenant,
    async close () {
      await stop(server)
      await (await app).close()
    }
  }
}
