import type { Principal } from './principal.js'
import { insufficientScope, organizationTokenExpected, organizationTokenRefused, wrongOrganization } from './refusals.js'
import { satisfies, type ScopeRequirement } from './scope-requirement.js'

/**
 * Decides whether a verified token may do what a route asks for.
 * @param parameters of the path, by name
 * @throws Problem `invalid_token` for a kind of token that the route does not take, `wrong_organization`, `insufficient_scope`
 */
export type Authorize = (principal: Principal, parameters: unknown) => void

/** Does NOT look at the token's audience and times: whoever made the principal has. */
export function createAuthorize (requirement: ScopeRequirement): Authorize {
  const { organization } = requirement
  const takesOrganizationTokens = organization?.tokenType === 'organization'
  /** Scopes that were enough. Tokens share the lists of what they say alike, so mostly this is the next one's, too. */
  let enough: readonly string[] | undefined

  return (principal, parameters) => {
    const { scopes } = principal
    const isOrganizationToken = principal.tokenType === 'organization'
    if (takesOrganizationTokens && !isOrganizationToken) throw organizationTokenExpected()
    if (isOrganizationToken && !takesOrganizationTokens) throw organizationTokenRefused()
    if (organization && !isFor(principal, (parameters as Record<string, string>)[organization.parameter])) throw wrongOrganization()
    if (scopes === enough) return
    if (!satisfies(scopes, requirement)) throw insufficientScope(requirement)
    // Known by identity, so only a list that can't change.
    if (Object.isFrozen(scopes)) enough = scopes
  }
}

/** A token of no organization is for none, whatever the path leaves out. */
function isFor ({ organizationId }: Principal, organization: string | undefined): boolean {
  return organizationId !== undefined && organizationId === organization
}
