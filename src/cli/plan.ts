import type { Config } from '../config/index.js'
import { desiredTenant } from '../logto/desired.js'
import { comparison, paint, planDocument, planLines, readTenant } from '../logto/plan/index.js'
import type { LogtoOptions } from './arguments.js'
import { exitCodes } from './exit-codes.js'
import { withTenant } from './tenant.js'
import type { Terminal } from './terminal.js'

/**
 * `scopegate logto plan`: what would change in the tenant. Sends no request that writes.
 * @returns the exit code
 */
export function planCommand (config: Config, { json, prune }: LogtoOptions, { out, err, colour }: Terminal): Promise<number> {
  return withTenant(config, err, async management => {
    const desired = desiredTenant(config)
    const found = comparison(desired, await readTenant(management, desired), { prune })
    if (json) out(JSON.stringify(planDocument(found), null, 2))
    else for (const line of [`Tenant ${config.logto.endpoint}, compared with the code:`, '', ...planLines(found, paint(colour))]) out(line)
    return found.changes.length + found.conflicts.length > 0 ? exitCodes.difference : exitCodes.ok
  })
}
