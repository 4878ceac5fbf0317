import type { ClientMetadata } from 'oidc-provider'
import type { SeedAddresses, SeedClient } from './seed.js'

/**
 * A client as oidc-provider wants it. `scope` is set for third-party apps only: it holds the user
 * data they may ask for (more is `invalid_scope`); API permissions belong to the resource.
 */
export function toClientMetadata (client: SeedClient, addresses: SeedAddresses): ClientMetadata {
  const machine = client.machineRoles !== undefined
  return {
    client_id: client.id,
    client_name: client.name,
    ...(client.secret === undefined
      ? { token_endpoint_auth_method: 'none' as const }
      : { client_secret: client.secret }),
    grant_types: machine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: machine ? [] : ['code'],
    redirect_uris: client.redirectUris(addresses),
    post_logout_redirect_uris: machine ? [] : [`${addresses.publicUrl}/`],
    ...(client.thirdParty
      ? { scope: ['openid', 'offline_access', ...client.userScopes].join(' ') }
      : {})
  }
}
