import type { DesiredTenant } from '../../desired.js'
import { candidates } from '../own-applications.js'
import type { TenantState } from '../tenant-state.js'

/** How things of ours are named: the code's side of an id. */
export type Name =
  ['resource', indicator: string] |
  ['scope', indicator: string, name: string] |
  ['application', key: string]

export type Ids = ReturnType<typeof createIds>

/** The ids of what is there, and of what has just been made. */
export function createIds (desired: DesiredTenant, state: TenantState) {
  const ids = new Map<string, string>()
  const set = (id: string, ...name: Name) => { ids.set(JSON.stringify(name), id) }

  function learn ({ resources, applications }: TenantState): void {
    for (const { id, indicator, scopes } of resources) {
      set(id, 'resource', indicator)
      for (const scope of scopes) set(scope.id, 'scope', indicator, scope.name)
    }
    for (const wanted of desired.applications) {
      const [found] = candidates(wanted, applications)
      if (found !== undefined) set(found.id, 'application', wanted.key)
    }
  }
  learn(state)

  return { set, learn, get: (...name: Name): string | undefined => ids.get(JSON.stringify(name)) }
}
