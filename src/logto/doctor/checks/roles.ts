import type { DesiredRole } from '../../desired.js'
import { fail, pass, skip, together, warn, type Check, type Finding } from '../check.js'
import { APPLY, PRUNE } from '../remedies.js'
import { listed, quoted } from '../../words.js'
import type { World } from '../world.js'

type Scope = Awaited<ReturnType<World['tenant']['roleScopes']>>[number]

/** The roles through which people have the scopes. */
export function roleChecks ({ desired, tenant }: World): Check[] {
  const roleNamed = async (name: string) => (await tenant.roles()).find(role => role.name === name)

  async function faultsOf (wanted: DesiredRole): Promise<Finding[]> {
    const role = await roleNamed(wanted.name)
    if (role === undefined) return [fail(`There is no role ${quoted(wanted.name)}; without it people have no permissions.`, APPLY)]
    if (role.type !== 'User') return [fail(`The role ${quoted(wanted.name)} is one for machines; it can't be given to people.`, `Rename it in Logto's console, under Roles. Then: ${APPLY}`)]
    const scopes = await tenant.roleScopes(role.id)
    const faults = desired.resources.map(async ({ indicator }) => scopeFaults(wanted, indicator, scopes, await tenant.existing(indicator, wanted.scopes)))
    return (await Promise.all(faults)).flat()
  }

  async function defaultFaults ({ name, isDefault }: DesiredRole): Promise<Finding[]> {
    const role = await roleNamed(name)
    if (role === undefined || role.isDefault === isDefault) return []
    return [isDefault
      ? fail(`New users do not get the role ${quoted(name)}: they could sign in, but do nothing.`, `${APPLY} Or in Logto's console, under Roles, ${name}: make it a default role.`)
      : fail(`New users get the role ${quoted(name)}, which is not meant for everybody.`, `In Logto's console, under Roles, ${name}: make it no default role.`)]
  }

  return [{
    id: 'roles',
    title: 'Roles',
    needs: ['api-resource'],
    async run () {
      const faults = (await Promise.all(desired.roles.map(faultsOf))).flat()
      return together(faults, pass(`${listed(desired.roles.map(({ name }) => quoted(name)))} are there with their scopes.`))
    }
  }, {
    id: 'default-roles',
    title: 'Default roles',
    needs: ['management-access'],
    async run () {
      const present = (await Promise.all(desired.roles.map(({ name }) => roleNamed(name)))).filter(role => role !== undefined)
      if (present.length === 0) return skip('None of the roles is there.')
      const faults = (await Promise.all(desired.roles.map(defaultFaults))).flat()
      return together(faults, pass(`New users get ${listed(present.filter(({ isDefault }) => isDefault).map(({ name }) => quoted(name)))}.`))
    }
  }]
}

/** @param existing the wanted scopes that the resource has at all */
function scopeFaults ({ name, scopes: wanted }: DesiredRole, indicator: string, held: readonly Scope[], existing: readonly string[]): Finding[] {
  const ours = held.filter(({ resource }) => resource.indicator === indicator).map(scope => scope.name)
  const missing = existing.filter(scope => !ours.includes(scope))
  const more = ours.filter(scope => !wanted.some(one => one === scope))
  return [
    ...missing.length === 0 ? [] : [fail(`The role ${quoted(name)} lacks ${listed(missing, 10)} of ${indicator}: people who have it can't give these permissions to any app.`, APPLY)],
    ...more.length === 0 ? [] : [warn(`The role ${quoted(name)} also has ${listed(more, 10)} of ${indicator}.`, PRUNE)]
  ]
}
