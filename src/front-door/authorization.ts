import { OAuthError } from './oauth-error.js'
import { authorizationParameters, readParameters, withResource } from './parameters.js'

export interface AuthorizationOptions {
  /** Logto's. Without query. */
  authorizationEndpoint: string
  /** The resources that tokens may be for; the first one is named where a client names none. */
  resources: readonly [string, ...string[]]
}

/** Longer addresses are refused by servers and proxies on the way. */
const MAX_ADDRESS = 8_192

/**
 * Request objects carry parameters of their own, which would go past the allow-list; a client that signs
 * them must not believe that they count.
 */
const unsupported = new Map([['request', 'request_not_supported'], ['request_uri', 'request_uri_not_supported']] as const)

/**
 * Where an authorization request (RFC 6749 section 4.1.1) goes on to: always Logto's endpoint, with the
 * allowed parameters and exactly one `resource`.
 *
 * Does NOT check client, redirect URI, scope or PKCE: Logto does. Refusals are never sent to the redirect
 * URI, which nobody has checked yet.
 * @param query the raw query string, without its question mark
 * @throws OAuthError
 */
export function authorizationAddress (query: string, { authorizationEndpoint, resources }: AuthorizationOptions): string {
  const given = new URLSearchParams(query)
  for (const [name, code] of unsupported) if (given.has(name)) throw new OAuthError(code, `The parameter ${name} is not supported here.`)
  const parameters = withResource(readParameters(given, authorizationParameters), resources)
  const address = `${authorizationEndpoint}?${new URLSearchParams([...parameters]).toString()}`
  if (address.length > MAX_ADDRESS) throw new OAuthError('invalid_request', `The parameters are too long: more than ${MAX_ADDRESS} characters with the address that they go on to.`)
  return address
}
