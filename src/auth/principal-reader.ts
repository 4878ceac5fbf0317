import { isAddress, noScopes, scopesThatCount, type CimdPolicy } from './cimd.js'
import type { TokenClaims } from './claims.js'
import type { Principal } from './principal.js'
import { createShared } from './shared-values.js'

/**
 * Makes principals of what tokens say. They are frozen, and share what many tokens say alike: scopes, audience, client,
 * organization.
 *
 * For verified tokens only: whoever could bring in values at will could crowd out those in use.
 * @param cimd what clients get that name themselves by a metadata document
 */
export function createPrincipalReader (cimd: CimdPolicy = noScopes): (claims: TokenClaims) => Principal {
  const text = createShared(own => own)
  const scopesIn = createShared(parseScopes)
  const audienceIn = createShared(names => Object.freeze(names.split(SEPARATOR)))

  /** Cut before they are shared: who registers nowhere shall not fill the place of others with what does not count. */
  function scopesOf (clientId: string, scope: string): readonly string[] {
    return scopesIn(isAddress(clientId) ? scopesThatCount(clientId, parseScopes(scope), cimd).join(' ') : scope)
  }

  return function principalOf ({ sub, clientId, scope, audience, organization: { tokenType, organizationId }, times }) {
    // First what every request asks: of ten thousand tokens in turn none is in the processor's caches.
    return Object.freeze({
      expiresAt: times.expiresAt,
      scopes: scopesOf(clientId, scope),
      tokenType,
      organizationId: organizationId === undefined ? undefined : text(organizationId),
      sub,
      clientId: text(clientId),
      actor: sub === clientId ? 'machine' : 'user',
      audience: audienceIn(typeof audience === 'string' ? audience : audience.join(SEPARATOR)),
      issuedAt: times.issuedAt
    }) as Principal
  }
}

/** In no audience that is accepted: none of them has control characters. */
const SEPARATOR = '\n'

/** RFC 6749 section 3.3: names separated by the space character, nothing else. Empty: no scope. */
function parseScopes (scope: string): readonly string[] {
  const unique = new Set(scope.split(' '))
  unique.delete('')
  return Object.freeze([...unique])
}
