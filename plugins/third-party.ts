import type { RouteOptions } from 'fastify'
import { scopesNamed } from '../src/auth/scope-requirement.js'
import { thirdPartyScopes } from '../src/scopes.js'

type Security = ReadonlyArray<Readonly<Record<string, readonly string[]>>>

/**
 * Whether an operation of an OpenAPI document is open to third-party apps: some alternative of its `security`
 * names only scopes that they may ask for. One without `security` takes no access token and is open to all.
 */
export function openToThirdParties ({ security }: { security?: Security }): boolean {
  return security === undefined || security.some(alternative => Object.values(alternative).flat().every(isThirdParty))
}

/** An operation as documents for people and agents name it. */
export interface NamedOperation {
  /** Such as `DELETE /v1/places/{id}`. */
  name: string
  summary: string
  /** Where the documentation page shows it. */
  path: string
  /** Such as `a` and `b`, or `c`; empty where any valid token will do. */
  permissions: string
  needs: (scope: string) => boolean
  /** Names of what it takes in query or body; `?` behind what can be left out. */
  takes: string[]
}

/** The guarded operations that third-party apps can be allowed to call, in the order of the routes. */
export function thirdPartyOperations (routes: readonly RouteOptions[]): NamedOperation[] {
  return routes.flatMap(({ method, url, schema, config }) => {
    const requirement = config?.scopeRequirement
    if (method === 'HEAD' || schema?.hide === true || requirement === undefined) return []
    const open = requirement.alternatives.filter(scopes => scopes.every(isThirdParty))
    if (open.length === 0) return []
    return [{
      name: `${[method].flat().join(', ')} ${url.replace(/:(\w+)/g, '{$1}')}`,
      summary: schema?.summary ?? '',
      path: `/docs#/${encodeURIComponent(schema?.tags?.[0] ?? 'default')}/${schema?.operationId ?? ''}`,
      permissions: open.map(scopes => scopes.map(scope => `\`${scope}\``).join(' and ')).join(', or '),
      needs: (scope: string) => scopesNamed(requirement).includes(scope),
      takes: [...namesIn(schema?.querystring), ...namesIn(schema?.body)]
    }]
  })
}

function namesIn (schema: unknown): string[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: object, required?: readonly string[] }
  return Object.keys(properties).map(name => required.includes(name) ? name : `${name}?`)
}

function isThirdParty (name: string): boolean {
  return thirdPartyScopes.some(scope => scope === name)
}
