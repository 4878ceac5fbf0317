import { applyDesired, comparison, readTenant, type PlannedChange } from '../../src/logto/plan/index.js'
import type { DesiredTenant } from '../../src/logto/desired.js'
import type { Management } from '../../src/logto/management.js'
import { desired as wanted, short } from './plan-kit.js'

/** Applies, and says what was done, in short. */
export async function apply (management: Management, { prune = false, desired = wanted }: { prune?: boolean, desired?: DesiredTenant } = {}) {
  const changes: PlannedChange[] = []
  const done = await applyDesired({ management, desired, prune, onDone: change => { changes.push(change) } })
  return { ...done, changes, lines: changes.map(short) }
}

export async function plan (management: Management, { prune = false, desired = wanted }: { prune?: boolean, desired?: DesiredTenant } = {}) {
  return comparison(desired, await readTenant(management, desired), { prune })
}
