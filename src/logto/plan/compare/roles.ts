import type { DesiredRole } from '../../desired.js'
import type { Finding } from '../change.js'
import type { RoleState } from '../tenant-state.js'
import { change, given, inEachResource, isOurs, isPruned, labelOf, type Comparing } from './comparing.js'

/** Roles, found by name, and their permissions. Does not look at who has them. */
export function compareRoles (comparing: Comparing): Finding[] {
  return comparing.desired.roles.flatMap(wanted => {
    const found = comparing.state.roles.find(({ name }) => name === wanted.name)
    if (found === undefined) return newRole(comparing, wanted)
    if (found.type !== 'User') return [{ conflict: `The role "${found.name}" (${found.id}) is one for machines, which can't be given to people, and Logto can't change that. Rename it in Logto's console, under Roles; then run this again.` }]
    return [...forNewUsers(wanted, found), ...scopes(comparing, wanted, found)]
  })
}

const subjectOf = ({ name }: { name: string }) => `role "${name}"`
const NEW_USERS = 'new users get it'

function newRole ({ desired }: Comparing, role: DesiredRole): Finding[] {
  const scopes = inEachResource(desired, role.scopes)
  return [change('create', 'role', subjectOf(role), [
    ...given('description', role.description),
    ...given(NEW_USERS, role.isDefault),
    ...given('scopes', scopes.map(scope => labelOf(scope, desired)))
  ], { do: 'create role', role, scopes })]
}

/** Only what is lacking: that new users get a role which the code does not give them is the operator's decision. */
function forNewUsers ({ isDefault }: DesiredRole, found: RoleState): Finding[] {
  if (!isDefault || found.isDefault) return []
  return [change('update', 'role', subjectOf(found), [{ name: NEW_USERS, from: false, to: true }], { do: 'make role default', id: found.id })]
}

function scopes (comparing: Comparing, wanted: DesiredRole, found: RoleState): Finding[] {
  const { desired, prune } = comparing
  const all = inEachResource(desired, wanted.scopes)
  const missing = all.filter(one => !found.scopes.some(scope => scope.indicator === one.indicator && scope.name === one.name))
  // Permissions of other resources are another deployment's, or somebody else's: not ours to judge.
  const more = found.scopes.filter(scope => isOurs(desired, scope) && !all.some(one => scope.indicator === one.indicator && scope.name === one.name) && !isPruned(comparing, scope))
  const held = found.scopes.map(scope => labelOf(scope, desired))
  const added: Finding[] = missing.length === 0
    ? []
    : [change('update', 'role-scopes', `scopes of the role "${found.name}"`, [{ name: 'scopes', from: held, to: [...held, ...missing.map(scope => labelOf(scope, desired))] }],
        { do: 'add role scopes', id: found.id, scopes: missing })]
  if (more.length === 0) return added
  if (!prune) return [...added, { unmanaged: { kind: 'role', subject: subjectOf(found), name: 'scopes', values: more.map(scope => labelOf(scope, desired)), warning: false } }]
  return [...added, ...more.map(scope => change('delete', 'role-scopes', `scope ${labelOf(scope, desired)} from the role "${found.name}"`, [],
    { do: 'remove role scope', id: found.id, scopeId: scope.id }))]
}
