import { Problem } from '../errors.js'
import { hostOf, isWithin } from './client-host.js'
import { blockedClient } from './refusals.js'

/**
 * What clients may do that nobody has registered: their `client_id` is the address of a client ID
 * metadata document (CIMD, draft-ietf-oauth-client-id-metadata-document).
 */
export interface CimdPolicy {
  /** The most that such a client gets, whatever its token says. */
  scopes: readonly string[]
  /** Hosts of client ids that are not let in, as `hostOf` writes them; each with the domains below it. */
  blockedHosts: readonly string[]
}

/** For whoever has said nothing about such clients. */
export const noScopes: CimdPolicy = { scopes: [], blockedHosts: [] }

/**
 * The scopes that count of those in a token: all of them for a registered client, those below the
 * ceiling for one that names itself by a metadata document.
 *
 * Does NOT fetch or check the document: the authorization server has done so. Nor whether it is blocked.
 * @throws Problem `invalid_token` for an address without a host
 */
export function scopesThatCount (clientId: string, scopes: readonly string[], policy: CimdPolicy): readonly string[] {
  return metadataAddress(clientId) === undefined ? scopes : scopes.filter(scope => policy.scopes.includes(scope))
}

/**
 * Only for a client that a valid token names: nobody else is told who is on the list.
 * @throws Problem `client_blocked` for a metadata document at a host on the list
 */
export function checkNotBlocked (clientId: string, { blockedHosts }: CimdPolicy): void {
  const address = metadataAddress(clientId)
  if (address === undefined) return
  const host = hostOf(address)
  if (blockedHosts.some(blocked => isWithin(host, blocked))) throw blockedClient()
}

/** The draft demands https; http is for development on loopback. Both count, on any host: what is no registered client's id must not pass for one. */
function metadataAddress (clientId: string): URL | undefined {
  if (URL.canParse(clientId)) {
    const url = new URL(clientId)
    return url.protocol === 'https:' || url.protocol === 'http:' ? url : undefined
  }
  if (/^\s*https?:/i.test(clientId)) throw new Problem('invalid_token', 'The access token lacks a valid "client_id" claim.')
  return undefined
}
