import type { DesiredTenant } from '../../desired.js'
import type { Change, Detail, Finding, Step, Value } from '../change.js'
import type { ScopeName, TenantState } from '../tenant-state.js'

/** What each comparison is given. */
export interface Comparing {
  desired: DesiredTenant
  state: TenantState
  /** Take away what the code does not know, instead of only naming it. */
  prune: boolean
}

export function change (action: Change['action'], kind: Change['kind'], subject: string, details: Detail[], step: Step): Finding {
  return { change: { action, kind, subject, details, step } }
}

/** A detail of something new; nothing where there is nothing to say. */
export function given (name: string, to: Value): Detail[] {
  return Array.isArray(to) && to.length === 0 ? [] : [{ name, to }]
}

/** How a permission is called: with its resource, where more than one could be meant. */
export function labelOf ({ indicator, name }: { indicator: string | undefined, name: string }, { resources: [only, ...more] }: DesiredTenant): string {
  if (indicator === undefined || (more.length === 0 && indicator === only?.indicator)) return name
  return `${name} of ${indicator}`
}

/** The same permissions in each of our resources. */
export function inEachResource ({ resources }: DesiredTenant, names: readonly string[]): ScopeName[] {
  return resources.flatMap(({ indicator }) => names.map(name => ({ indicator, name })))
}

/** Whether a permission is of one of our resources. */
export function isOurs ({ resources }: DesiredTenant, { indicator }: { indicator: string | undefined }): boolean {
  return resources.some(resource => resource.indicator === indicator)
}

/** Whether a permission goes with `--prune`, and with it whatever refers to it. */
export function isPruned ({ desired, prune }: Comparing, { indicator, name }: { indicator: string | undefined, name: string }): boolean {
  const resource = desired.resources.find(one => one.indicator === indicator)
  return prune && resource !== undefined && !resource.scopes.some(scope => scope.name === name)
}

export const missingFrom = <T>(wanted: readonly T[], held: readonly T[]): T[] => wanted.filter(one => !held.includes(one))
