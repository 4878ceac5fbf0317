import { parseEnv } from 'node:util'
import { StartError } from '../../../errors.js'
import type { DesiredApplication } from '../../desired.js'
import type { Management } from '../../management.js'
import type { EnvFile } from './env-file.js'
import { withVariables } from './env-text.js'
import type { ClientVariables } from './variables.js'

export interface WriteClientsOptions {
  management: Management
  file: EnvFile
  clients: readonly ClientVariables[]
  /** Applications that were made in this run. */
  made: ReadonlySet<DesiredApplication['key']>
  now?: () => number
}

/**
 * Writes client ids into an environment file, and the secrets that it lacks: those of applications just
 * made, those that are not in it, and those beside the id of another application.
 * Of an application with several secrets the newest that has not expired.
 * @returns the names of the variables written
 * @throws LogtoError, StartError
 */
export async function writeClients ({ management, file, clients, made, now = Date.now }: WriteClientsOptions): Promise<string[]> {
  const present = parseEnv(file.text)
  const values: Record<string, string> = {}
  for (const { key, applicationId, idVariable, secretVariable } of clients) {
    values[idVariable] = applicationId
    if (secretVariable === undefined) continue
    const ofAnother = (present[idVariable] ?? applicationId) !== applicationId
    if (made.has(key) || ofAnother || (present[secretVariable] ?? '') === '') values[secretVariable] = await readSecret(management, applicationId, secretVariable, now())
  }
  await file.write(withVariables(file.text, values))
  return Object.keys(values)
}

async function readSecret ({ ask }: Management, id: string, variable: string, now: number): Promise<string> {
  const secrets = await ask(`read the secret of the application ${id}`, api => api.GET('/api/applications/{id}/secrets', { params: { path: { id } } }))
  const [newest] = secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > now).sort((a, b) => b.createdAt - a.createdAt)
  if (newest === undefined) throw new StartError(`${variable}: the application ${id} has no secret that counts; make one in Logto's console, under Applications, and run this again`)
  return newest.value
}
