import { Problem } from '../errors.js'
import type { UserScope } from '../logto/desired.js'
import type { Scope } from '../scopes.js'
import type { ApplicationsOptions } from './applications.js'
import { existed } from './existed.js'

/** What every client may ask of a person beside its permissions. */
const USER_SCOPES: UserScope[] = ['profile', 'email']

/** Names of scopes, and Logto's ids of them: one for each resource. */
export type ScopeIds = ReadonlyMap<string, readonly string[]>

/** Logto's ceiling of a third-party application: what people can be asked for. @throws LogtoError */
export function createConsent ({ management, resources }: ApplicationsOptions) {
  /** Gives an application more of a ceiling: one request. Naming again what it has is no error. */
  function allow (clientId: string, resourceScopes: string[]): Promise<unknown> {
    return management.ask('let a client ask for permissions', api => api.POST('/api/applications/{applicationId}/user-consent-scopes', {
      params: { path: { applicationId: clientId } }, body: { resourceScopes, userScopes: USER_SCOPES }, parseAs: 'text'
    }))
  }

  return {
    allow,

    /** Logto's ids of the service's permissions: one request. */
    async scopeIds (): Promise<ScopeIds> {
      const all = await management.ask('read the permissions of the API resource', api => api.GET('/api/resources', { params: { query: { includeScopes: 'true' } } }))
      const ids = new Map<string, string[]>()
      for (const { scopes = [] } of all.filter(({ indicator }) => resources.includes(indicator))) {
        for (const { id, name } of scopes) ids.set(name, [...ids.get(name) ?? [], id])
      }
      return ids
    },

    /** Makes the ceiling hold exactly these of the service's permissions: two requests, and one for each that goes. */
    async limitTo (clientId: string, resourceScopes: string[]): Promise<void> {
      await allow(clientId, resourceScopes)
      const held = await management.ask('read what a client may ask for', api =>
        api.GET('/api/applications/{applicationId}/user-consent-scopes', { params: { path: { applicationId: clientId } } }))
      const ours = held.resourceScopes.filter(({ resource }) => resources.includes(resource.indicator)).flatMap(({ scopes }) => scopes)
      for (const { id } of ours.filter(scope => !resourceScopes.includes(scope.id))) {
        await existed(management, 'take a permission from a client', api => api.DELETE('/api/applications/{applicationId}/user-consent-scopes/{scopeType}/{scopeId}', {
          params: { path: { applicationId: clientId, scopeType: 'resource-scopes', scopeId: id } }
        }))
      }
    }
  }
}

/** @throws Problem `registration_unavailable` when the tenant lacks one */
export function idsOf (ids: ScopeIds, scopes: readonly Scope[]): string[] {
  return scopes.flatMap(scope => {
    const found = ids.get(scope)
    if (found === undefined) throw new Problem('registration_unavailable', `The authorization server does not know the permission ${scope}; the operator has to run "scopegate logto apply".`)
    return found
  })
}
