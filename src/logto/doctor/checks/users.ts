import { pass, skip, together, warn, type Check, type Finding } from '../check.js'
import { counted, listed, quoted } from '../../words.js'
import type { World } from '../world.js'

/** People who can sign in, but have no permissions. */
export function userChecks ({ desired, tenant }: World): Check[] {
  async function withoutRole (name: string): Promise<Finding[]> {
    const role = (await tenant.roles()).find(one => one.name === name && one.type === 'User')
    if (role === undefined) return [skip(`There is no role ${quoted(name)}.`)]
    const [users, holders] = await Promise.all([tenant.users(), tenant.roleUsers(role.id)])
    if (!holders.complete) return [skip(`More than ${holders.items.length} users have the role ${quoted(name)}: too many to compare.`)]
    const held = new Set(holders.items.map(({ id }) => id))
    const without = users.items.filter(({ id }) => !held.has(id))
    if (without.length === 0) return []
    const names = listed(without.map(({ id, username }) => username ?? id))
    return [warn(
      `${users.complete ? '' : `Of the first ${users.items.length} users: `}${counted(without.length, 'user')} without the role ${quoted(name)}: ${names}.`,
      'In Logto\'s console, under Roles, assign it to them. Roles given by default reach new users only.'
    )]
  }

  return [{
    id: 'users-without-role',
    title: 'Users without a role',
    needs: ['management-access'],
    async run () {
      const defaults = desired.roles.filter(({ isDefault }) => isDefault)
      const faults = (await Promise.all(defaults.map(({ name }) => withoutRole(name)))).flat()
      return together(faults, pass('Every user has the roles.'))
    }
  }]
}
