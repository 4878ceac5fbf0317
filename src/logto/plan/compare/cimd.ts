import type { Finding } from '../change.js'
import type { ConsentEntry } from '../tenant-state.js'
import { change, isOurs as isOfOurs, type Comparing } from './comparing.js'
import { compareConsent } from './consent.js'

const AGENTS = 'agents with a client ID metadata document'

/**
 * Agents that name themselves by a client ID metadata document: what they may ask for, and whether they
 * are let in. The ceiling is the whole tenant's, so permissions of resources that are not ours, and what
 * else of the user's data somebody lets agents ask for, are left alone.
 */
export function compareCimd (comparing: Comparing): Finding[] {
  const { desired, state: { cimd }, prune } = comparing
  if (cimd === undefined) return [{ note: 'This Logto does not offer client ID metadata documents: agents have to be registered.' }]
  const ours = cimd.consent.filter(entry => isOurs(comparing, entry))
  const consent = compareConsent(comparing, desired.cimd, {
    kind: 'cimd-consent-scopes',
    holder: AGENTS,
    held: ours,
    add: consent => ({ do: 'add cimd consent scopes', consent }),
    remove: ({ type, id }) => ({ do: 'remove cimd consent scope', type, scopeId: id })
  })
  if (cimd.enabled) return consent
  const unsafe = !prune && consent.some(finding => 'unmanaged' in finding)
  return [...consent, unsafe
    ? { note: `${AGENTS[0]?.toUpperCase()}${AGENTS.slice(1)} are not let in as yet, because they could ask for more than the catalogue allows; --prune settles both.` }
    : change('update', 'cimd', 'settings of client ID metadata documents', [{ name: 'enabled', from: false, to: true }], { do: 'enable cimd' })]
}

function isOurs ({ desired }: Comparing, { type, name, indicator }: ConsentEntry): boolean {
  if (type === 'user-scopes') return desired.cimd.userScopes.some(scope => scope === name)
  return isOfOurs(desired, { indicator })
}
