import type { Test } from 'tap'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import type { Tenant } from '../../src/dev/tenant/tenant.js'
import { desiredTenant, type ConsentScopes, type DesiredApplication, type DesiredTenant } from '../../src/logto/desired.js'
import type { Change, Comparison } from '../../src/logto/plan/index.js'
import type { ApplicationState, ConsentEntry, ResourceState, TenantState } from '../../src/logto/plan/tenant-state.js'
import { tenantApiResource as apiResource, tenantPublicUrl as publicUrl } from '../kit/tenant.js'

export const desired = desiredTenant({ publicUrl, apiResource, mcpResource: apiResource, chatgptPluginId: 'plugin-scopegate' })

/** A change, short: `update scope: scope read:weather of …`. */
export const short = ({ action, kind, subject }: Change) => `${action} ${kind}: ${subject}`
export const shorts = ({ changes }: Comparison) => changes.map(short)

/** A tenant that holds nothing of ours. */
export const emptyState = (): TenantState => ({ resources: [managementApi()], roles: [], applications: [], cimd: { enabled: false, consent: [] } })

const managementApi = (): ResourceState => ({
  id: 'management-api', name: 'Logto Management API', indicator: 'https://default.logto.app/api', isDefault: false, accessTokenTtl: 3600, scopes: [{ id: 'management-api-all', name: 'all', description: null }]
})

/** A tenant that holds exactly what is desired. */
export function settledState (wanted: DesiredTenant = desired): TenantState {
  return {
    resources: [managementApi(), ...wanted.resources.map(({ indicator, name, accessTokenTtl, scopes, isDefault }) => ({
      id: `resource ${indicator}`,
      name,
      indicator,
      accessTokenTtl,
      isDefault: isDefault ?? false,
      scopes: scopes.map(({ name, description }) => ({ id: `${name} ${indicator}`, name: name as string, description: description as string | null }))
    }))],
    roles: wanted.roles.map(({ name, isDefault, scopes }) => ({
      id: `role ${name}`,
      name,
      type: 'User',
      isDefault,
      scopes: wanted.resources.flatMap(({ indicator }) => scopes.map(scope => ({ id: `${scope} ${indicator}`, name: scope as string, indicator })))
    })),
    applications: wanted.applications.map(application => applicationState(wanted, application)),
    cimd: { enabled: true, consent: consentEntries(wanted, wanted.cimd) }
  }
}

export function applicationState (wanted: DesiredTenant, { key, resource, name, type, isThirdParty, redirectUris, postLogoutRedirectUris, corsAllowedOrigins, alwaysIssueRefreshToken, consent }: DesiredApplication): ApplicationState {
  return {
    id: `app-${key}`,
    name,
    type,
    isThirdParty,
    oidcClientMetadata: { redirectUris: [...redirectUris], postLogoutRedirectUris: [...postLogoutRedirectUris] },
    customClientMetadata: { corsAllowedOrigins: [...corsAllowedOrigins], alwaysIssueRefreshToken },
    customData: { scopegate: key, scopegateResource: resource },
    consent: consent === undefined ? [] : consentEntries(wanted, consent)
  }
}

export function consentEntries (wanted: DesiredTenant, { scopes, userScopes }: ConsentScopes): ConsentEntry[] {
  return [
    ...wanted.resources.flatMap(({ indicator }) => scopes.map(name => ({ type: 'resource-scopes' as const, id: `${name} ${indicator}`, name, indicator }))),
    ...userScopes.map(name => ({ type: 'user-scopes' as const, id: name, name, indicator: undefined }))
  ]
}

/** Of a state, or of a tenant's records. @throws when it is not there */
export function the<T> (list: readonly T[] | Record<string, T>, is: (one: T) => boolean): T {
  const found = Object.values(list).find(is)
  if (found === undefined) throw new Error('it is not there')
  return found
}

export interface Write { method: string, path: string, body: string }

/**
 * Sees every request that writes at the Management API, and can stop one: before it is sent, or when it
 * is done but its answer has not come. Tokens are fetched with a POST, too; those are no writes.
 */
export function watchWrites (t: Test) {
  const { fetch } = globalThis
  const writes: Write[] = []
  let stop: { at: number, when: 'before' | 'after' } | undefined
  t.teardown(() => { globalThis.fetch = fetch })

  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    const isWrite = request.method !== 'GET' && pathname.startsWith('/api/')
    if (isWrite) writes.push({ method: request.method, path: pathname, body: await request.clone().text() })
    const stops = isWrite && stop?.at === writes.length ? stop.when : undefined
    if (stops === 'before') throw new TypeError('the process was killed before it sent this')
    const response = await fetch(request)
    if (stops === 'after') {
      await response.body?.cancel()
      throw new TypeError('the process was killed before it had the answer')
    }
    return response
  }

  return {
    writes,
    stopAt (at: number, when: 'before' | 'after'): void { stop = { at, when } },
    reset (): void {
      writes.length = 0
      stop = undefined
    }
  }
}

/** Puts a tenant's records back, in place: the server's routes hold on to parts of them. */
export function restore (tenant: Tenant, kept: TenantData): Promise<void> {
  return tenant.change(data => {
    for (const [name, records] of Object.entries(data)) {
      for (const id of Object.keys(records)) Reflect.deleteProperty(records, id)
      Object.assign(records, structuredClone(kept[name as keyof TenantData]))
    }
  })
}

/** What a tenant holds without ids and times: two that are set up alike have the same. */
export function essence (data: TenantData): unknown {
  const scopeName = (id: string) => `${data.scopes[id]?.name} of ${data.resources[data.scopes[id]?.resourceId ?? '']?.indicator}`
  const sorted = (list: object[]) => list.map(one => JSON.stringify(one)).sort()
  return {
    resources: sorted(Object.values(data.resources).map(({ name, indicator, isDefault, accessTokenTtl }) => ({ name, indicator, isDefault, accessTokenTtl }))),
    scopes: sorted(Object.values(data.scopes).map(({ id, description }) => ({ name: scopeName(id), description }))),
    roles: sorted(Object.values(data.roles).map(({ name, description, type, isDefault, scopeIds }) => ({ name, description, type, isDefault, scopes: scopeIds.map(scopeName).sort() }))),
    applications: sorted(Object.values(data.applications).map(({ name, description, type, isThirdParty, oidcClientMetadata, customClientMetadata, customData, secrets, consent }) => ({
      name, description, type, isThirdParty, oidcClientMetadata, customClientMetadata, customData, secrets: secrets.length, consent: [consent.resourceScopes.map(scopeName).sort(), consent.userScopes.toSorted()]
    }))),
    cimd: [data.cimd.enabled, data.cimd.consent.resourceScopes.map(scopeName).sort(), data.cimd.consent.userScopes.toSorted()]
  }
}
