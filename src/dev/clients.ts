import type { ClientMetadata } from 'oidc-provider'
import { isPublicType, type ApplicationRecord } from './tenant/entities.js'

/**
 * An application as oidc-provider wants it. `scope` is set for third-party apps only: it holds the user
 * data they may ask for (more is `invalid_scope`); API permissions belong to the resource.
 */
export function toClientMetadata (application: ApplicationRecord): ClientMetadata {
  const { id, name, type, isThirdParty, oidcClientMetadata, secrets, consent } = application
  const machine = type === 'MachineToMachine'
  return {
    client_id: id,
    client_name: name,
    ...(isPublicType(type)
      ? { token_endpoint_auth_method: 'none' as const }
      // Any of the secrets counts (see secrets.ts); the engine wants one.
      : { client_secret: secrets[0]?.value ?? 'there is none' }),
    grant_types: machine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    response_types: machine ? [] : ['code'],
    ...(type === 'Native' ? { application_type: 'native' as const } : {}),
    redirect_uris: machine ? [] : oidcClientMetadata.redirectUris,
    post_logout_redirect_uris: oidcClientMetadata.postLogoutRedirectUris,
    ...(isThirdParty ? { scope: ['openid', 'offline_access', ...consent.userScopes].join(' ') } : {})
  }
}
