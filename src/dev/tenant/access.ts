import { findApplication, findUser, own, scopesOf, type Tenant } from './tenant.js'
import type { Consent, Resource } from './entities.js'

/** What a client may be allowed at most; `undefined`: everything, as for first-party apps. */
export function ceilingOf (tenant: Tenant, clientId: string): Consent | undefined {
  const application = findApplication(tenant, clientId)
  // Whoever is in no list names itself by a metadata document; the engine has let it in.
  if (application === undefined) return tenant.data.cimd.consent
  return application.isThirdParty ? application.consent : undefined
}

export function isThirdParty (tenant: Tenant, clientId: string): boolean {
  return ceilingOf(tenant, clientId) !== undefined
}

function allowedByRoles ({ data }: Tenant, roleIds: readonly string[]): Set<string> {
  return new Set(roleIds.flatMap(id => own(data.roles, id)?.scopeIds ?? []))
}

/**
 * The permissions of a resource that a token for this client (and user) may carry: what the client
 * may ask for, cut down to what the roles allow. Without a user (before the sign-in) only the former.
 */
export function grantableScopes (tenant: Tenant, resource: Resource, clientId: string, userId?: string): string[] {
  const application = findApplication(tenant, clientId)
  const machine = application?.type === 'MachineToMachine'
  const ceiling = ceilingOf(tenant, clientId)
  const roleIds = machine ? application.roleIds : userId === undefined ? undefined : findUser(tenant, userId)?.roleIds ?? []
  const allowed = roleIds && allowedByRoles(tenant, roleIds)
  return scopesOf(tenant, resource.id)
    .filter(({ id }) => (ceiling?.resourceScopes.includes(id) ?? true) && (allowed?.has(id) ?? true))
    .map(({ name }) => name)
}
