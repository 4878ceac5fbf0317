import type { Config } from '../config/index.js'
import type { Database } from '../db/index.js'

/**
 * The embedded authorization server as the configuration wants it. Its code is loaded only when it is
 * used: production has no need of it.
 */
export async function startEmbedded (config: Config, database: Database) {
  const { createSqlStore, seed, startEmbeddedServer } = await import('../dev/index.js')
  const { close } = await startEmbeddedServer({
    port: config.authorizationServerPort,
    apiResource: config.apiResource,
    mcpResource: config.mcpResource,
    chatgptPluginId: config.chatgptPluginId,
    publicUrl: config.publicUrl,
    botUrl: `http://localhost:${config.botPort}`,
    store: createSqlStore(database.query),
    dataDir: config.dataDir
  })
  return { seed, close }
}
