import { fail, pass, warn, type Check } from '../check.js'
import { APPLY, PRUNE } from '../remedies.js'
import { listed } from '../../words.js'
import type { World } from '../world.js'
import { missingScopes, tooMuch } from './consent.js'

/** Agents that name themselves by a client ID metadata document (CIMD): whether they are let in, and for what. */
export function cimdChecks (world: World): Check[] {
  const { config, desired, tenant } = world

  return [{
    id: 'cimd',
    title: 'Agents by metadata',
    needs: ['management-access'],
    async run () {
      const settings = await tenant.cimd()
      const held = settings && await tenant.cimdScopes()
      if (settings === undefined || held === undefined) return pass('This Logto does not offer client ID metadata documents; agents have to be registered.')
      const above = tooMuch(world, held)
      if (above.length > 0) return fail(`Any agent with a client ID metadata document may ask for ${listed(above)}, which is for first-party apps only.`, PRUNE)
      if (!settings.enabled) return warn('Agents that name themselves by a client ID metadata document are not let in.', APPLY)
      const missing = await missingScopes(world, desired.cimd.scopes, held)
      if (missing.length > 0) return warn(`Agents with a client ID metadata document may not ask for ${listed(missing, 10)}.`, APPLY)
      const { scopes } = config.cimd
      return pass(`Agents with a client ID metadata document are let in; here they get ${scopes.length === 0 ? 'nothing' : `at most ${listed(scopes, 10)}`} (CIMD_SCOPES).`)
    }
  }]
}
