import { grantTypes, responseTypes, type AuthMethod, type ClientMetadata, type LinkName } from './metadata.js'
import type { ClientRow } from './store.js'

/** A client as its developer sees it: RFC 7591 section 3.2.1, and when it was made and changed. */
export interface ClientInformation extends Partial<Record<LinkName, string>> {
  client_id: string
  /** Only in the answer of creation and rotation. */
  client_secret?: string
  /** Seconds since the epoch. */
  client_id_issued_at: number
  /** 0: never. Beside `client_secret` only. */
  client_secret_expires_at?: number
  /** Until when the secret before it works; seconds since the epoch. */
  previous_secret_expires_at?: number
  client_name: string
  redirect_uris: string[]
  /** Names with spaces between. */
  scope: string
  token_endpoint_auth_method: AuthMethod
  grant_types: Array<(typeof grantTypes)[number]>
  response_types: Array<(typeof responseTypes)[number]>
  created_at: string
  updated_at: string
}

/** @param secret given when it has just been made */
export function clientInformation (row: ClientRow, secret?: string): ClientInformation {
  const { clientId, createdAt, updatedAt, retireAt, metadata } = row
  return {
    client_id: clientId ?? '',
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    ...(retireAt === null ? {} : { previous_secret_expires_at: inSeconds(retireAt) }),
    client_id_issued_at: inSeconds(createdAt),
    ...described(metadata),
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString()
  }
}

function described ({ name, redirectUris, scopes, authMethod, links }: ClientMetadata) {
  return {
    client_name: name,
    redirect_uris: redirectUris,
    scope: scopes.join(' '),
    token_endpoint_auth_method: authMethod,
    grant_types: [...grantTypes],
    response_types: [...responseTypes],
    ...links
  }
}

function inSeconds (moment: Date): number {
  return Math.floor(moment.getTime() / 1000)
}
