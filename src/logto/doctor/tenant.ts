import type { Management, ManagementApi } from '../management.js'
import { markOf, resourceOf } from '../plan/own-applications.js'
import { once } from './once.js'

/** An application as far as the checks look at it. */
export interface TenantApplication {
  id: string
  name: string
  type: string
  isThirdParty: boolean
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  corsAllowedOrigins: string[]
  alwaysIssueRefreshToken: boolean
  /** Which of ours it is: `scopegate` in its custom data. */
  mark: string | undefined
  /** API resource of the deployment it says it is of: `scopegateResource` there. */
  resource: string | undefined
}

/** What an application, or every agent with a metadata document, may ask people for. */
export interface AllowedScopes {
  resourceScopes: ScopesOfResource[]
  organizationResourceScopes: ScopesOfResource[]
  userScopes: string[]
}

export interface ScopesOfResource { resource: { indicator: string }, scopes: Array<{ name: string }> }

export interface Pages<T> {
  items: T[]
  /** `false`: there are more than were looked at. */
  complete: boolean
}

/** Entries a page, the most that Logto gives; and how many pages are read at most. */
const PAGE_SIZE = 100
const MAX_PAGES = 50

export type TenantReader = ReturnType<typeof createTenantReader>

/**
 * Reads a tenant through the Management API; writes nothing. Lists are read once.
 * Every function rejects with a LogtoError when Logto does not give what was asked.
 */
export function createTenantReader (management: () => Management) {
  const resources = once(() => management().ask('list the API resources', api => api.GET('/api/resources', { params: { query: { includeScopes: 'true' } } })))
  const roles = once(async () => (await everyPage(query => management().ask('list the roles', api => api.GET('/api/roles', { params: { query } })))).items)
  const applications = once(() => everyPage(async query => (await management().ask('list the applications', api => listApplications(api, query))).map(viewOf)))
  const untyped = (step: string, path: string) => management().find(step, api => (api.GET as unknown as UntypedGet)(path))

  return {
    resources,
    /** @returns the resource with exactly this indicator */
    resource: async (indicator: string) => (await resources()).find(resource => resource.indicator === indicator),
    /** Those of `wanted` that a resource has: what it lacks is found once, not again wherever it would be used. */
    async existing<S extends string> (indicator: string, wanted: readonly S[]): Promise<S[]> {
      const scopes = (await resources()).find(resource => resource.indicator === indicator)?.scopes ?? []
      return wanted.filter(name => scopes.some(scope => scope.name === name))
    },
    roles,
    applications,
    users: once(() => everyPage(query => management().ask('list the users', api => api.GET('/api/users', { params: { query } })))),
    async roleScopes (id: string) {
      return (await everyPage(query => management().ask('list the scopes of a role', api => api.GET('/api/roles/{id}/scopes', { params: { path: { id }, query } })))).items
    },
    roleUsers: (id: string) => everyPage(query => management().ask('list the users of a role', api => api.GET('/api/roles/{id}/users', { params: { path: { id }, query } }))),
    consentScopes: (applicationId: string): Promise<AllowedScopes> =>
      management().ask('list the consent scopes of an application', api => api.GET('/api/applications/{applicationId}/user-consent-scopes', { params: { path: { applicationId } } })),
    /** `undefined`: this Logto does not offer client ID metadata documents. */
    cimd: () => untyped('read the settings of client ID metadata documents', '/api/configs/cimd') as Promise<{ enabled: boolean } | undefined>,
    cimdScopes: () => untyped('list the consent scopes of client ID metadata documents', '/api/cimd/user-consent-scopes') as Promise<AllowedScopes | undefined>
  }
}

/** For paths that @logto/api has no types for. */
type UntypedGet = (path: string) => Promise<{ data?: unknown, error?: unknown, response: Response }>

interface PageQuery { page: number, page_size: number }

const listApplications = (api: ManagementApi, query: PageQuery) => api.GET('/api/applications', { params: { query } })
type Application = NonNullable<Awaited<ReturnType<typeof listApplications>>['data']>[number]

async function everyPage<T> (fetchPage: (query: PageQuery) => Promise<T[]>): Promise<Pages<T>> {
  const items: T[] = []
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const entries = await fetchPage({ page, page_size: PAGE_SIZE })
    items.push(...entries)
    if (entries.length < PAGE_SIZE) return { items, complete: true }
  }
  return { items, complete: false }
}

function viewOf ({ id, name, type, isThirdParty, oidcClientMetadata, customClientMetadata, customData }: Application): TenantApplication {
  return {
    id,
    name,
    type,
    isThirdParty,
    // @logto/api has them as objects; they are texts.
    redirectUris: oidcClientMetadata.redirectUris as unknown as string[],
    postLogoutRedirectUris: oidcClientMetadata.postLogoutRedirectUris as unknown as string[],
    corsAllowedOrigins: customClientMetadata.corsAllowedOrigins ?? [],
    alwaysIssueRefreshToken: customClientMetadata.alwaysIssueRefreshToken ?? false,
    mark: markOf({ customData }),
    resource: resourceOf({ customData })
  }
}
