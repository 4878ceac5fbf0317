import type { DesiredApplication, DesiredTenant } from '../../logto/desired.js'
import type { Directory } from '../directory.js'
import { seed, type SeedAddresses, type SeedClient } from '../seed.js'
import { MANAGEMENT_RESOURCE, MANAGEMENT_RESOURCE_ID, MANAGEMENT_ROLE, MANAGEMENT_SCOPE, MANAGEMENT_SCOPE_ID, type Application, type ResourceScope, type TenantData } from './entities.js'
import { makeApplication, makeResource, makeRole, makeScope, makeUser } from './make.js'

export interface Seeds {
  /** People, apps and roles for development; `undefined`: a tenant as Logto makes it, empty. */
  directory: Directory | undefined
  desired: DesiredTenant
  addresses: SeedAddresses
}

/**
 * Adds what is missing, at every start: the addresses may be others than last time. What is there
 * stays as it is, links between existing things included, so that changes outlive a restart.
 */
export function seedTenant (data: TenantData, { directory, desired, addresses }: Seeds): void {
  seedManagement(data)
  if (directory === undefined) return
  const scopes = seedResources(data, desired)
  for (const [name, scopeNames] of Object.entries(directory.roles)) {
    const isMachine = directory.clients.some(client => client.machineRoles?.includes(name))
    const known = desired.roles.find(role => role.name === name)
    const found = Object.values(data.roles).find(one => one.name === name)
    const role = found ?? addTo(data.roles, makeRole({
      name, description: known?.description ?? name, type: isMachine ? 'MachineToMachine' : 'User', isDefault: known?.isDefault ?? false
    }))
    link(role.scopeIds, (found === undefined ? scopes.all : scopes.added).filter(scope => scopeNames.some(one => one === scope.name)))
  }
  for (const user of directory.users) {
    data.users[user.id] ??= makeUser({
      id: user.id, username: user.username, name: user.name, primaryEmail: user.email, password: user.password, roleIds: roleIds(data, user.roles)
    })
  }
  for (const client of directory.clients) {
    const own = desired.applications.find(({ key }) => key === client.key)
    const isNew = data.applications[client.id] === undefined
    const application = data.applications[client.id] ??= makeApplication(applicationOf(client, own, addresses))
    addMissing(application.oidcClientMetadata.redirectUris, valid(client.id, [...own?.redirectUris ?? [], ...client.redirectUris(addresses)]))
    addMissing(application.oidcClientMetadata.postLogoutRedirectUris, own?.postLogoutRedirectUris ?? [])
    if (own !== undefined && own.corsAllowedOrigins.length > 0) addMissing(application.customClientMetadata.corsAllowedOrigins ??= [], own.corsAllowedOrigins)
    // Whose it is follows the address, too.
    if (own !== undefined) application.customData['scopegateResource'] = own.resource
    if (isNew) application.roleIds.push(...roleIds(data, client.machineRoles ?? []))
    if (client.thirdParty) link(application.consent.resourceScopes, (isNew ? scopes.all : scopes.added).filter(scope => client.apiScopes.some(one => one === scope.name)))
    if (isNew) application.consent.userScopes.push(...own?.consent?.userScopes ?? client.userScopes)
  }
  seedCimd(data, desired, scopes.added)
}

/** Before anything is kept: a later start would find it. @throws Error */
function valid (clientId: string, redirectUris: string[]): string[] {
  if (!redirectUris.every(uri => URL.canParse(uri))) throw new Error(`client ${clientId}: redirect_uris must only contain valid uris`)
  return redirectUris
}

function applicationOf (client: SeedClient, own: DesiredApplication | undefined, { publicUrl }: SeedAddresses): Parameters<typeof makeApplication>[0] {
  const machine = client.machineRoles !== undefined
  const type: Application['type'] = machine ? 'MachineToMachine' : client.secret === undefined ? 'SPA' : 'Traditional'
  return {
    id: client.id,
    name: client.name,
    description: own?.description ?? null,
    type,
    isThirdParty: client.thirdParty,
    oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: machine || own !== undefined ? [] : [`${publicUrl}/`] },
    customClientMetadata: client.alwaysIssueRefreshToken === true ? { alwaysIssueRefreshToken: true } : {},
    customData: own === undefined ? {} : { scopegate: own.key },
    ...(client.secret === undefined ? {} : { secret: client.secret })
  }
}

/** As in every new Logto, and one app that may use it. */
function seedManagement (data: TenantData): void {
  data.resources[MANAGEMENT_RESOURCE_ID] ??= makeResource({ id: MANAGEMENT_RESOURCE_ID, name: 'Logto Management API', indicator: MANAGEMENT_RESOURCE })
  data.scopes[MANAGEMENT_SCOPE_ID] ??= makeScope({
    id: MANAGEMENT_SCOPE_ID, resourceId: MANAGEMENT_RESOURCE_ID, name: MANAGEMENT_SCOPE, description: 'Default scope for Management API, allows all permissions.'
  })
  const role = Object.values(data.roles).find(({ name }) => name === MANAGEMENT_ROLE) ?? addTo(data.roles, makeRole({
    name: MANAGEMENT_ROLE, description: 'Management API access', type: 'MachineToMachine', scopeIds: [MANAGEMENT_SCOPE_ID]
  }))
  data.applications[seed.management.id] ??= { ...makeApplication({ ...seed.management, type: 'MachineToMachine' }), roleIds: [role.id] }
}

/** @returns the scopes of the service's resources: all, and those that were not there before */
function seedResources (data: TenantData, desired: DesiredTenant) {
  const all: ResourceScope[] = []
  const added: ResourceScope[] = []
  for (const { indicator, name, accessTokenTtl, scopes, isDefault } of desired.resources) {
    const known = Object.values(data.resources).find(one => one.indicator === indicator)
    const resource = known ?? addTo(data.resources, makeResource({ indicator, name, accessTokenTtl }))
    if (known === undefined && isDefault === true) makeDefault(data, resource.id)
    for (const wanted of scopes) {
      const found = Object.values(data.scopes).find(scope => scope.resourceId === resource.id && scope.name === wanted.name)
      const scope = found ?? addTo(data.scopes, makeScope({ resourceId: resource.id, name: wanted.name, description: wanted.description }))
      all.push(scope)
      if (found === undefined) added.push(scope)
    }
  }
  return { all, added }
}

/** One at most is the default. */
export function makeDefault (data: TenantData, resourceId: string): void {
  for (const resource of Object.values(data.resources)) resource.isDefault = resource.id === resourceId
}

/** On where nobody has looked at it yet. */
function seedCimd ({ cimd }: TenantData, { cimd: { scopes, userScopes } }: DesiredTenant, added: readonly ResourceScope[]): void {
  const isNew = cimd.consent.resourceScopes.length === 0 && cimd.consent.userScopes.length === 0
  link(cimd.consent.resourceScopes, added.filter(scope => scopes.some(one => one === scope.name)))
  if (!isNew) return
  cimd.enabled = true
  cimd.consent.userScopes.push(...userScopes)
}

function roleIds (data: TenantData, names: readonly string[]): string[] {
  return Object.values(data.roles).filter(role => names.includes(role.name)).map(({ id }) => id)
}

function link (ids: string[], scopes: readonly ResourceScope[]): void {
  addMissing(ids, scopes.map(({ id }) => id))
}

function addMissing<T> (list: T[], wanted: readonly T[]): void {
  for (const one of wanted) if (!list.includes(one)) list.push(one)
}

function addTo<T extends { id: string }> (records: Record<string, T>, record: T): T {
  records[record.id] = record
  return record
}
