import { UNSPEAKABLE } from '../auth/jws.js'
import { OAuthError } from './oauth-error.js'

/** Name and value, in the order in which they came. */
export type Parameters = Map<string, string>

/**
 * What of an authorization request is passed on: RFC 6749 section 4.1.1, RFC 7636 section 4.3, RFC 8707,
 * OpenID Connect Core section 3.1.2.1, and the response mode of OAuth 2.0 Multiple Response Types.
 */
export const authorizationParameters: ReadonlySet<string> = new Set([
  'response_type', 'client_id', 'redirect_uri', 'scope', 'state',
  'code_challenge', 'code_challenge_method',
  'resource',
  'nonce', 'prompt', 'max_age', 'display', 'login_hint', 'ui_locales', 'id_token_hint', 'acr_values', 'response_mode'
])

/** What of a token request is passed on: RFC 6749, RFC 7636, RFC 7521 section 4.2, RFC 8707, and Logto's `organization_id`. */
export const tokenParameters: ReadonlySet<string> = new Set([
  'grant_type', 'code', 'redirect_uri', 'refresh_token', 'scope',
  'client_id', 'client_secret', 'client_assertion', 'client_assertion_type',
  'code_verifier',
  'resource',
  'organization_id'
])

/**
 * The parameters that are allowed here; others are ignored, and so are empty ones (RFC 6749 section 3.1).
 *
 * Does NOT check whether a value makes sense: that is Logto's matter.
 * @throws OAuthError `invalid_request` when one stands there twice or holds control characters
 */
export function readParameters (given: Iterable<readonly [string, string]>, allowed: ReadonlySet<string>): Parameters {
  const parameters: Parameters = new Map()
  for (const [name, value] of given) {
    if (!allowed.has(name)) continue
    if (parameters.has(name)) throw new OAuthError('invalid_request', `The parameter ${name} stands there more than once.`)
    if (UNSPEAKABLE.test(value)) throw new OAuthError('invalid_request', `The parameter ${name} holds characters that it can not have.`)
    parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  return parameters
}

/**
 * The same parameters with exactly one `resource` (RFC 8707 section 2): the one asked for, where it is
 * one of ours, else the first of ours. Compared exactly, as Logto does.
 * @throws OAuthError `invalid_target` for a foreign resource
 */
export function withResource (parameters: Parameters, resources: readonly [string, ...string[]]): Parameters {
  const asked = parameters.get('resource') ?? resources[0]
  if (!resources.includes(asked)) throw new OAuthError('invalid_target', `Tokens are given for ${[...new Set(resources)].join(' or ')} only; the parameter resource can be left out.`)
  return new Map(parameters).set('resource', asked)
}
