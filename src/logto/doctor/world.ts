import type { Config } from '../../config/index.js'
import { desiredTenant } from '../desired.js'
import { askForToken, type ManagementCredentials } from '../management-token.js'
import { createManagement } from '../management.js'
import { getJson } from './http.js'
import { once } from './once.js'
import { createTenantReader } from './tenant.js'

export type World = ReturnType<typeof createWorld>

/** What the checks look at. Each thing is fetched when the first check asks for it, and once. */
export function createWorld (config: Config) {
  const credentials = (): ManagementCredentials => {
    if (config.management === undefined) throw new Error('LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET are not set')
    return config.management
  }
  const desired = desiredTenant(config)
  const tenant = createTenantReader(once(() => createManagement(credentials())))

  return {
    config,
    desired,
    tenant,
    discovery: once(() => getJson(`${config.logto.endpoint}/oidc/.well-known/openid-configuration`)),
    manifest: once(() => getJson(`${config.publicUrl}/.well-known/ai-plugin.json`)),
    managementToken: once(() => askForToken({ ...credentials(), scope: 'all' }, 'get a token for the Management API')),

    /** An access token of the Management app for an API resource, without any scope: it opens nothing. */
    machineToken: (resource: string) => askForToken({ ...credentials(), resource }, `get a machine-to-machine token for ${resource}`),

    /** Whether ChatGPT uses the API as a plugin: so says the configuration, or the tenant. */
    async usesPlugin (): Promise<boolean> {
      return config.chatgptPluginId !== undefined || (await tenant.applications()).items.some(({ mark }) => mark === 'chatgpt-plugin')
    }
  }
}
