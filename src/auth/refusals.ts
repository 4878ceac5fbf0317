import { Problem } from '../errors.js'
import { scopesToAskFor, type ScopeRequirement } from './scope-requirement.js'

/** No credentials at all (RFC 6750 section 3.1: then the challenge names no error). */
export function missingToken (): Problem {
  return new Problem('unauthorized', 'This needs an access token; "WWW-Authenticate" says where to get one.')
}

/** A valid token without what the route needs; `required_scopes` is what to ask for. */
export function insufficientScope (requirement: ScopeRequirement): Problem {
  const needed = requirement.alternatives.map(scopes => scopes.join(' and ')).join(', or ')
  return new Problem('insufficient_scope', `This needs the permission ${needed}, which the access token does not carry.`, {
    members: { required_scopes: scopesToAskFor(requirement) }
  })
}

/** A valid token of a client that the operator keeps out. */
export function blockedClient (): Problem {
  return new Problem('client_blocked', 'The operator of this API does not let in the client that the access token was issued to. Another token does not change that.')
}

/** A valid token, but for another organization than the one in the path. */
export function wrongOrganization (): Problem {
  return new Problem('wrong_organization', 'The access token is not for this organization; ask for one with its "organization_id".')
}

/** Another kind of token than the route is for. */
export function organizationTokenExpected (): Problem {
  return new Problem('invalid_token', 'This needs an organization token: ask for one with "organization_id" and without "resource".')
}

export function organizationTokenRefused (): Problem {
  return new Problem('invalid_token', 'An organization token is not meant for this; ask for a token with this API\'s "resource".')
}
