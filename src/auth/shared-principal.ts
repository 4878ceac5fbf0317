import type { Principal } from './principal.js'
import { createShared } from './shared-values.js'

/**
 * Freezes principals and lets them share what many tokens say alike: scopes, audience, client, organization.
 * For verified tokens only: whoever could bring in values at will could crowd out those in use.
 */
export function createPrincipalSharing (): (principal: Principal) => Principal {
  const text = createShared(own => own)
  const scopesOf = createShared(names => listOf(names, ' '))
  const audienceOf = createShared(names => listOf(names, '\n'))

  return function share (principal) {
    const { sub, clientId, actor, scopes, tokenType, organizationId, audience, issuedAt, expiresAt } = principal
    return Object.freeze({
      sub,
      clientId: text(clientId),
      actor,
      scopes: scopesOf(scopes.join(' ')),
      tokenType,
      organizationId: organizationId === undefined ? undefined : text(organizationId),
      audience: audienceOf(audience.join('\n')),
      issuedAt,
      expiresAt
    }) as Principal
  }
}

/** A separator that is in no name: scopes are split at the space, and audiences have no control characters. */
function listOf (names: string, separator: string): readonly string[] {
  return Object.freeze(names === '' ? [] : names.split(separator))
}
