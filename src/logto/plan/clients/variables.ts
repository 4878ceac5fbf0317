import type { DesiredApplication, DesiredTenant } from '../../desired.js'
import { candidates } from '../own-applications.js'
import type { TenantState } from '../tenant-state.js'

type Key = DesiredApplication['key']

export interface ClientVariables {
  key: Key
  applicationId: string
  /** Environment variable with the client id. */
  idVariable: string
  /** The same for the secret; `undefined`: a public client, which has none. */
  secretVariable: string | undefined
}

const variables: Record<Key, { id: string, secret: string }> = {
  'official-app': { id: 'OFFICIAL_APP_ID', secret: 'OFFICIAL_APP_SECRET' },
  docs: { id: 'DOCS_CLIENT_ID', secret: 'DOCS_CLIENT_SECRET' },
  'chatgpt-plugin': { id: 'CHATGPT_CLIENT_ID', secret: 'CHATGPT_CLIENT_SECRET' }
}

/** Our applications that are there, and the environment variables they are known by. */
export function clientVariables (desired: DesiredTenant, { applications }: TenantState): ClientVariables[] {
  return desired.applications.flatMap(wanted => {
    const [found] = candidates(wanted, applications)
    if (found === undefined) return []
    const { id, secret } = variables[wanted.key]
    return [{ key: wanted.key, applicationId: found.id, idVariable: id, secretVariable: wanted.type === 'Traditional' ? secret : undefined }]
  })
}
