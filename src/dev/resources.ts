import type { Client, JWTStructured, KoaContextWithOIDC, ResourceServer } from 'oidc-provider'
import { InvalidTarget } from './engine.js'
import { grantableScopes } from './tenant/access.js'
import { defaultResource, findApplication, findResource, type Tenant } from './tenant/tenant.js'

/** The user of this request: signed in already, or the one that the code or token stands for. */
function userOf ({ oidc }: KoaContextWithOIDC): string | undefined {
  return oidc.entities.Account?.accountId ?? oidc.session?.accountId
}

/**
 * RFC 8707 as Logto does it. Indicators are compared exactly (no trailing slash more or less); the
 * tenant's default is assumed when no `resource` is named, and a machine without either is refused.
 * A code or refresh token that was asked for with `openid` does not fall back on it at the token endpoint
 * (`useGrantedResource: false`): the token request names it again or gets an opaque token.
 *
 * The scopes are worked out anew at every request, so that a change of roles shows at the next
 * refresh.
 */
export function resourceIndicators (tenant: Tenant) {
  return {
    enabled: true,
    defaultResource (_ctx: KoaContextWithOIDC, client?: Client): string | string[] {
      const resource = defaultResource(tenant)
      if (resource !== undefined) return resource.indicator
      if (client !== undefined && findApplication(tenant, client.clientId)?.type === 'MachineToMachine') {
        throw new InvalidTarget('both `resource` and `organization_id` are not provided')
      }
      return []
    },
    useGrantedResource: () => false,
    getResourceServerInfo (
      ctx: KoaContextWithOIDC, indicator: string, client: { clientId: string }
    ): ResourceServer {
      const resource = findResource(tenant, indicator)
      if (resource === undefined) throw new InvalidTarget()
      return {
        audience: indicator,
        scope: grantableScopes(tenant, resource, client.clientId, userOf(ctx)).join(' '),
        accessTokenFormat: 'jwt',
        accessTokenTTL: resource.accessTokenTtl,
        jwt: { sign: { alg: 'ES384' } }
      }
    }
  }
}

/** A user's token always has a `scope` claim at Logto, an empty one if need be; a machine's has not. */
export function keepEmptyScope (
  _ctx: KoaContextWithOIDC, token: { kind: string }, { payload }: JWTStructured
): void {
  if (token.kind === 'AccessToken') payload.scope ??= ''
}
