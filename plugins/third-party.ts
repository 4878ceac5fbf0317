import type { RouteOptions } from 'fastify'
import { scopesNamed } from '../src/auth/scope-requirement.js'
import { thirdPartyScopes } from '../src/scopes.js'

/**
 * Whether an operation is open to third-party apps: some alternative of its `security` (OpenAPI) names only
 * scopes that they may ask for. One without `security` takes no access token and is open to all.
 */
export function openToThirdParties ({ security }: { security?: ReadonlyArray<Readonly<Record<string, readonly string[]>>> }): boolean {
  return security === undefined || security.some(alternative => Object.values(alternative).flat().every(isThirdParty))
}

/** The guarded operations of the service that third-party apps can be allowed to call, HEAD left out. */
export function thirdPartyOperations (routes: readonly RouteOptions[]): RouteOptions[] {
  return routes.filter(({ method, config, schema }) => {
    const alternatives = config?.scopeRequirement?.alternatives
    return method !== 'HEAD' && schema?.hide !== true && alternatives?.some(scopes => scopes.every(isThirdParty)) === true
  })
}

/** Whether the operation needs this scope, alone, with others, or as one of several. */
export function needs (route: RouteOptions, scope: string): boolean {
  const requirement = route.config?.scopeRequirement
  return requirement !== undefined && scopesNamed(requirement).includes(scope)
}

function isThirdParty (name: string): boolean {
  return thirdPartyScopes.some(scope => scope === name)
}
