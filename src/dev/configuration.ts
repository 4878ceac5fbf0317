import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { accountFinder, claimsByScope } from './accounts.js'
import { createAdapterFactory } from './adapter.js'
import type { Keys } from './keys.js'
import { renderError, renderLogout, renderLogoutDone } from './provider-pages.js'
import { keepEmptyScope, resourceIndicators } from './resources.js'
import type { KeyValueStore } from './store.js'
import { findApplication, type Tenant } from './tenant/tenant.js'

export interface ProviderOptions {
  readonly issuer: string
  readonly store: KeyValueStore
  readonly tenant: Tenant
  readonly keys: Keys
}

const hour = 3600
const fortnight = 14 * 24 * hour

const isPublic = (client: Client): boolean => client.clientAuthMethod === 'none'

/** Public clients answer to pages on the origins of their redirect URIs (the docs page's sign-in), and to those named. */
function corsAllowed (tenant: Tenant, ctx: KoaContextWithOIDC, origin: string, client: Client): boolean {
  const named = findApplication(tenant, client.clientId)?.customClientMetadata.corsAllowedOrigins ?? []
  return (isPublic(client) || ctx.oidc.route === 'userinfo') &&
    (named.includes(origin) || (client.redirectUris ?? []).some(uri => new URL(uri).origin === origin))
}

/** A rotated refresh token of a public client lives no longer than its predecessor would have. */
function refreshTokenTtl (ctx: KoaContextWithOIDC): number {
  return ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? fortnight
}

/**
 * The settings that make oidc-provider behave as a self-hosted Logto does. What stands here beside
 * that (lifetimes, CORS, policies) is set because the engine prints a notice for a default in use.
 */
export function providerConfiguration (options: ProviderOptions): Configuration {
  const { tenant, keys, store } = options
  return {
    adapter: createAdapterFactory(store, tenant),
    clientDefaults: { id_token_signed_response_alg: 'ES384' },
    jwks: { keys: [keys.signing] },
    enabledJWA: { idTokenSigningAlgValues: ['ES384'] },
    cookies: { keys: keys.cookies, short: { sameSite: 'lax' }, long: { sameSite: 'lax' } },
    findAccount: accountFinder(tenant),
    // API scopes belong to the resource: here they would stand in scopes_supported.
    scopes: ['openid', 'offline_access', 'profile', 'email', 'phone', 'address', 'custom_data',
      'identities', 'roles'],
    claims: claimsByScope,
    conformIdTokenClaims: false,
    pkce: { required: (_ctx, client) => isPublic(client) },
    rotateRefreshToken: ({ oidc: { client } }) => client !== undefined && isPublic(client),
    issueRefreshToken: (_ctx, client, source) => client.grantTypeAllowed('refresh_token') &&
      (source.scopes.has('offline_access') ||
        findApplication(tenant, client.clientId)?.customClientMetadata.alwaysIssueRefreshToken === true),
    interactions: {
      url: (_ctx, { prompt, params }) => (prompt.name === 'login' ? '/sign-in' : '/consent') +
        `?app_id=${encodeURIComponent(String(params.client_id))}`
    },
    clientBasedCORS: (ctx, origin, client) => corsAllowed(tenant, ctx, origin, client),
    renderError,
    formats: { customizers: { jwt: keepEmptyScope } },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      dPoP: { enabled: false },
      clientIdMetadataDocument: {
        enabled: true,
        ack: 'draft-02',
        allowFetch: () => tenant.data.cimd.enabled,
        allowClient: () => tenant.data.cimd.enabled
      },
      resourceIndicators: resourceIndicators(tenant),
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => !isPublic(client) || token.clientId === client.clientId
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId
      },
      rpInitiatedLogout: {
        enabled: true, logoutSource: renderLogout, postLogoutSuccessSource: renderLogoutDone
      }
    },
    ttl: {
      AccessToken: hour,
      AuthorizationCode: 60,
      ClientCredentials: hour,
      Grant: fortnight,
      IdToken: hour,
      Interaction: hour,
      RefreshToken: refreshTokenTtl,
      Session: fortnight
    }
  }
}
