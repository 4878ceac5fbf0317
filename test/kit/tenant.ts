import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqlStore, seed, startEmbeddedServer, type EmbeddedServerOptions } from '../../src/dev/index.js'
import { createManagement } from '../../src/logto/management.js'
import type { ManagementCredentials } from '../../src/logto/management-token.js'
import { openCopiedDatabase } from './database.js'

interface Teardown { teardown (fn: () => unknown): unknown }

export interface TenantOptions extends Partial<EmbeddedServerOptions> {
  /** Nothing in it but what every new Logto has, and the app of `credentials`. */
  empty?: boolean
}

export const tenantPublicUrl = 'http://localhost:3000'
export const tenantApiResource = `${tenantPublicUrl}/`

/** A Logto tenant of its own: the embedded server on a free port, with its database and folder. */
export async function startTenant (t: Teardown, { empty = false, ...options }: TenantOptions = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'scopegate-tenant-'))
  t.teardown(() => rm(dataDir, { recursive: true, force: true }))
  const database = await openCopiedDatabase(dataDir)
  t.teardown(() => database.close())
  const server = await startEmbeddedServer({
    port: 0,
    apiResource: tenantApiResource,
    publicUrl: tenantPublicUrl,
    store: createSqlStore(database.query),
    dataDir,
    ...(empty ? { directory: null } : {}),
    ...options
  })
  t.teardown(() => server.close())
  const { endpoint, issuer, tenant } = server
  const credentials: ManagementCredentials = { endpoint, appId: seed.management.id, appSecret: seed.management.secret, resource: 'https://default.logto.app/api' }
  return { endpoint, issuer, tenant, credentials, management: createManagement(credentials), database, close: () => server.close() }
}
