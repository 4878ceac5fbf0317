import { Problem } from '../errors.js'
import { hostOf, isWithin } from './client-host.js'

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

/** The URL parser would skip spaces in front. The draft demands https; http is for development on loopback. Both count, on any host: what is no registered client's id must not pass for one. */
const ADDRESS = /^\s*https?:/i

/** Whether a client names itself by the address of a metadata document, or may pass for one that does. */
export const isAddress = (clientId: string): boolean => ADDRESS.test(clientId)

/**
 * The scopes that count of those in a token: all of them for a registered client, those below the
 * ceiling for one that names itself by a metadata document.
 *
 * Does NOT look into the address: whatever may pass for one counts as one, also where it is none. Nor fetch or check the
 * document: the authorization server has done so.
 */
export function scopesThatCount (clientId: string, scopes: readonly string[], policy: CimdPolicy): readonly string[] {
  return isAddress(clientId) ? scopes.filter(scope => policy.scopes.includes(scope)) : scopes
}

/**
 * Whether the client names itself by a metadata document at a host on the list.
 * Only for a client that a valid token names: nobody else is told who is on the list.
 * @throws Problem `invalid_token` for an address without a host
 */
export function isBlocked (clientId: string, { blockedHosts }: CimdPolicy): boolean {
  if (!isAddress(clientId)) return false
  if (!URL.canParse(clientId)) throw new Problem('invalid_token', 'The access token lacks a valid "client_id" claim.')
  const host = hostOf(new URL(clientId))
  return blockedHosts.some(blocked => isWithin(host, blocked))
}
