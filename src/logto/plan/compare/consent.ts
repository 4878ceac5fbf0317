import type { ConsentScopes, DesiredTenant } from '../../desired.js'
import type { Finding, Step } from '../change.js'
import type { ConsentEntry, WantedConsent } from '../tenant-state.js'
import { change, inEachResource, isOurs, isPruned, labelOf, type Comparing } from './comparing.js'

/** Whose consent scopes are compared, and how they are changed. */
export interface ConsentHolder {
  kind: 'consent-scopes' | 'cimd-consent-scopes'
  /** To be read after "the consent scopes of". */
  holder: string
  held: readonly ConsentEntry[]
  add: (consent: WantedConsent[]) => Step
  remove: (entry: ConsentEntry) => Step
}

/**
 * What people can be asked for, against the ceiling of the catalogue. What is above it is a warning:
 * it stays, unless pruning is asked for.
 */
export function compareConsent (comparing: Comparing, ceiling: ConsentScopes, { kind, holder, held, add, remove }: ConsentHolder): Finding[] {
  const { desired, prune } = comparing
  const wanted = wantedConsent(desired, ceiling)
  const missing = wanted.filter(one => !held.some(entry => isSame(one, entry)))
  // Permissions of other resources are another deployment's, or somebody else's; `doctor` looks at all.
  const above = held.filter(entry => (entry.indicator === undefined || isOurs(desired, entry)) && !wanted.some(one => isSame(one, entry)) && !isPruned(comparing, entry))
  const labels = held.map(entry => consentLabel(entry, desired))
  const subject = `consent scopes of ${holder}`
  const added = missing.length === 0
    ? []
    : [change('update', kind, subject, [{ name: 'may ask for', from: labels, to: [...labels, ...missing.map(one => consentLabel(one, desired))] }], add(missing))]
  if (above.length === 0) return added
  if (!prune) return [...added, { unmanaged: { kind, subject, name: 'more than the catalogue allows', values: above.map(entry => consentLabel(entry, desired)), warning: true } }]
  return [...added, ...above.map(entry => change('delete', kind, `consent scope ${consentLabel(entry, desired)} of ${holder}`, [], remove(entry)))]
}

function wantedConsent (desired: DesiredTenant, { scopes, userScopes }: ConsentScopes): WantedConsent[] {
  return [
    ...inEachResource(desired, scopes).map(scope => ({ type: 'resource-scopes' as const, ...scope })),
    ...userScopes.map(name => ({ type: 'user-scopes' as const, indicator: undefined, name }))
  ]
}

function isSame (wanted: WantedConsent, entry: ConsentEntry): boolean {
  return wanted.type === entry.type && wanted.indicator === entry.indicator && wanted.name === entry.name
}

function consentLabel (entry: Omit<ConsentEntry, 'id'>, desired: DesiredTenant): string {
  const name = labelOf(entry, desired)
  if (entry.type === 'user-scopes') return `${name} (of the user)`
  return entry.type === 'resource-scopes' ? name : `${name} (by an organization)`
}
