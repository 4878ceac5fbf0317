import type { DesiredTenant } from '../../desired.js'
import type { Comparison, Finding } from '../change.js'
import type { TenantState } from '../tenant-state.js'
import { compareApplications, compareConsentScopes } from './applications.js'
import { compareCimd } from './cimd.js'
import { compareDefaultResource } from './default-resource.js'
import { compareResources } from './resources.js'
import { compareRoles } from './roles.js'

/**
 * What would have to change in a tenant, in the order in which it can be done: what others refer to comes
 * first, what goes comes after what is new. Agents are let in last, when all else is as it should be.
 */
export function comparison (desired: DesiredTenant, state: TenantState, { prune = false }: { prune?: boolean } = {}): Comparison {
  const comparing = { desired, state, prune }
  const findings = [compareResources, compareRoles, compareApplications, compareConsentScopes, compareDefaultResource].flatMap(compare => compare(comparing))
  const ordered = [...findings.filter(finding => !isDeletion(finding)), ...deletions(findings), ...compareCimd(comparing)]
  return {
    changes: ordered.flatMap(finding => 'change' in finding ? [finding.change] : []),
    unmanaged: ordered.flatMap(finding => 'unmanaged' in finding ? [finding.unmanaged] : []),
    conflicts: ordered.flatMap(finding => 'conflict' in finding ? [finding.conflict] : []),
    notes: ordered.flatMap(finding => 'note' in finding ? [finding.note] : [])
  }
}

function isDeletion (finding: Finding): boolean {
  return 'change' in finding && finding.change.action === 'delete'
}

/** Links before what they link. */
function deletions (findings: readonly Finding[]): Finding[] {
  return findings.filter(isDeletion).reverse()
}
