import type { JWTStructured, KoaContextWithOIDC, ResourceServer } from 'oidc-provider'
import { InvalidTarget } from './engine.js'
import { grantableScopes } from './directory.js'
import type { Directory } from './directory.js'

/** The user of this request: signed in already, or the one that the code or token stands for. */
function userOf ({ oidc }: KoaContextWithOIDC): string | undefined {
  return oidc.entities.Account?.accountId ?? oidc.session?.accountId
}

/**
 * RFC 8707 as Logto does it. There is one API resource, compared exactly (no trailing slash more or
 * less), and it is the tenant's default: assumed when no `resource` is named. A code or refresh token
 * that was asked for with `openid` does not fall back on it at the token endpoint
 * (`useGrantedResource: false`): the token request names it again or gets an opaque token.
 *
 * The scopes are worked out anew at every request, so that a change of roles shows at the next
 * refresh.
 */
export function resourceIndicators (apiResource: string, directory: Directory) {
  return {
    enabled: true,
    defaultResource: () => apiResource,
    useGrantedResource: () => false,
    getResourceServerInfo (
      ctx: KoaContextWithOIDC, indicator: string, client: { clientId: string }
    ): ResourceServer {
      if (indicator !== apiResource) throw new InvalidTarget()
      return {
        audience: apiResource,
        scope: grantableScopes(directory, client.clientId, userOf(ctx)).join(' '),
        accessTokenFormat: 'jwt',
        accessTokenTTL: 3600,
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
