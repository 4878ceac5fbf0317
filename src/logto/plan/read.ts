import type { DesiredTenant } from '../desired.js'
import type { Management, ManagementApi } from '../management.js'
import { isAdoptable, markOf } from './own-applications.js'
import { everyPage, type PageQuery } from './pages.js'
import type { ApplicationState, CimdState, ConsentEntry, ConsentType, ResourceState, RoleState, TenantState } from './tenant-state.js'
import { untyped } from './untyped.js'

/**
 * Reads what a tenant holds of the desired things. Only reads; looks at no users and no secrets.
 * @throws LogtoError
 */
export async function readTenant (management: Management, desired: DesiredTenant): Promise<TenantState> {
  const [resources, roles, applications, cimd] = await Promise.all([
    readResources(management), readRoles(management, desired), readApplications(management, desired), readCimd(management)
  ])
  return { resources, roles, applications, cimd }
}

async function readResources ({ ask }: Management): Promise<ResourceState[]> {
  const resources = await ask('list the API resources', api => api.GET('/api/resources', { params: { query: { includeScopes: 'true' } } }))
  return resources.map(({ scopes = [], ...resource }) => ({ ...resource, scopes }))
}

async function readRoles ({ ask }: Management, desired: DesiredTenant): Promise<RoleState[]> {
  const roles = await everyPage(query => ask('list the roles', api => api.GET('/api/roles', { params: { query } })))
  return Promise.all(roles.filter(({ name }) => desired.roles.some(role => role.name === name)).map(async role => {
    const scopes = await everyPage(query => ask(`list the scopes of the role "${role.name}"`, api => api.GET('/api/roles/{id}/scopes', { params: { path: { id: role.id }, query } })))
    return { ...role, scopes: scopes.map(({ id, name, resource: { indicator } }) => ({ id, name, indicator })) }
  }))
}

const listApplications = (api: ManagementApi, query: PageQuery) => api.GET('/api/applications', { params: { query } })

async function readApplications (management: Management, desired: DesiredTenant): Promise<ApplicationState[]> {
  const all = await everyPage(query => management.ask('list the applications', api => listApplications(api, query)))
  const ours = all.filter(application => markOf(application) !== undefined || desired.applications.some(wanted => isAdoptable(application, wanted)))
  return Promise.all(ours.map(async application => applicationState(application, await readConsent(management, application))))
}

type Application = NonNullable<Awaited<ReturnType<typeof listApplications>>['data']>[number]

/** @logto/api has redirect URIs as objects; they are texts. */
export function applicationState (application: Omit<Application, 'secret'>, consent: ConsentEntry[]): ApplicationState {
  return { ...application, consent } as unknown as ApplicationState
}

/** What people are asked for, as Logto shows it. */
interface ConsentScopes {
  organizationScopes: Named[]
  resourceScopes: ScopesOfResource[]
  organizationResourceScopes: ScopesOfResource[]
  userScopes: string[]
}
interface Named { id: string, name: string }
interface ScopesOfResource { resource: { indicator: string }, scopes: Named[] }

async function readConsent ({ ask }: Management, { id, name, isThirdParty }: Application): Promise<ConsentEntry[]> {
  if (!isThirdParty) return []
  return entriesOf(await ask(`list the consent scopes of the application "${name}"`, api =>
    api.GET('/api/applications/{applicationId}/user-consent-scopes', { params: { path: { applicationId: id } } })))
}

async function readCimd ({ find }: Management): Promise<CimdState | undefined> {
  const settings = await find('read the settings of client ID metadata documents', api => untyped(api).GET('/api/configs/cimd')) as { enabled: boolean } | undefined
  if (settings === undefined) return undefined
  const consent = await find('list the consent scopes of client ID metadata documents', api => untyped(api).GET('/api/cimd/user-consent-scopes')) as ConsentScopes | undefined
  return consent && { enabled: settings.enabled, consent: entriesOf(consent) }
}

function entriesOf ({ organizationScopes, resourceScopes, organizationResourceScopes, userScopes }: ConsentScopes): ConsentEntry[] {
  const ofResources = (type: ConsentType, list: ScopesOfResource[]): ConsentEntry[] =>
    list.flatMap(({ resource: { indicator }, scopes }) => scopes.map(({ id, name }) => ({ type, id, name, indicator })))
  return [
    ...ofResources('resource-scopes', resourceScopes),
    ...userScopes.map(name => ({ type: 'user-scopes' as const, id: name, name, indicator: undefined })),
    ...ofResources('organization-resource-scopes', organizationResourceScopes),
    ...organizationScopes.map(({ id, name }) => ({ type: 'organization-scopes' as const, id, name, indicator: undefined }))
  ]
}
