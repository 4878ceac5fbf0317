import { Problem } from '../errors.js'
import { UNSPEAKABLE } from './jws.js'
import type { OrganizationPrincipal, OrganizationResourcePrincipal, ResourcePrincipal } from './principal.js'

export interface ClaimRules {
  /** The one accepted issuer, compared exactly. */
  issuer: string
  /** Every accepted audience, compared exactly. A token that also names anyone else is refused. */
  audiences: readonly string[]
  /** Seconds of tolerance between the clocks. */
  leeway: number
  /** Whether organization tokens (audience `urn:logto:organization:<id>`) are taken, too. */
  organizationTokens?: boolean
}

type TokenType = Pick<ResourcePrincipal, 'tokenType' | 'organizationId'> | Pick<OrganizationResourcePrincipal, 'tokenType' | 'organizationId'> | Pick<OrganizationPrincipal, 'tokenType' | 'organizationId'>

/** In seconds since the epoch. */
export interface TokenTimes {
  issuedAt: number
  notBefore: number
  expiresAt: number
}

/** What a token says, in order but not vouched for: so nothing is made of it yet that takes time. */
export interface TokenClaims {
  sub: string
  clientId: string
  /** As it stands in the token; `''` where there is none. */
  scope: string
  /** One or several, as in the token; each of them accepted. */
  audience: string | readonly string[]
  organization: TokenType
  times: TokenTimes
}

/** How Logto writes an organization as audience of a token. */
const ORGANIZATION_AUDIENCE = 'urn:logto:organization:'

/**
 * Checks the claims of a JWT access token (RFC 9068 section 4, RFC 7519 section 4.1).
 *
 * Does NOT check the signature, scopes against a route, or revocation, nor whether the client is blocked:
 * that is for whoever has checked the signature to say.
 * @param now seconds since the epoch
 * @throws Problem `invalid_token`
 */
export function checkClaims (claims: Record<string, unknown>, rules: ClaimRules, now: number): TokenClaims {
  if (claims['iss'] !== rules.issuer) throw new Problem('invalid_token', 'The access token comes from another issuer.')
  const audience = checkAudience(claims['aud'], rules)
  const times = timesOf(claims)
  checkTimes(times, rules.leeway, now)
  text(claims, 'jti')
  return {
    sub: text(claims, 'sub'),
    clientId: text(claims, 'client_id'),
    scope: scopeOf(claims['scope']),
    audience,
    organization: organizationOf(claims, typeof audience === 'string' ? audience : audience[0] ?? ''),
    times
  }
}

function checkAudience (aud: unknown, { audiences, organizationTokens = false }: ClaimRules): string | string[] {
  const isAccepted = (one: unknown): one is string => typeof one === 'string' && audiences.includes(one)
  if (isAccepted(aud)) return aud
  const named: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (named.length > 0 && named.every(isAccepted)) return named
  // One organization and nobody else: such a token says in its audience for which organization it is.
  const only = named[0]
  if (organizationTokens && named.length === 1 && typeof only === 'string' && organizationIn(only) !== undefined) return only
  throw new Problem('invalid_token', `The access token is not meant for this API; ask for it with resource="${audiences[0] ?? ''}".`)
}

function organizationIn (audience: string): string | undefined {
  const id = audience.startsWith(ORGANIZATION_AUDIENCE) ? audience.slice(ORGANIZATION_AUDIENCE.length) : ''
  return id === '' || UNSPEAKABLE.test(id) ? undefined : id
}

/** Which of Logto's three kinds of access token this is. */
function organizationOf (claims: Record<string, unknown>, firstAudience: string): TokenType {
  const named = claims['organization_id'] === undefined ? undefined : text(claims, 'organization_id')
  const organization = organizationIn(firstAudience)
  if (organization === undefined) return named === undefined ? { tokenType: 'resource', organizationId: undefined } : { tokenType: 'organization_resource', organizationId: named }
  if (named !== undefined && named !== organization) throw new Problem('invalid_token', 'The access token names two organizations.')
  return { tokenType: 'organization', organizationId: organization }
}

function timesOf (claims: Record<string, unknown>): TokenTimes {
  return { expiresAt: time(claims, 'exp'), issuedAt: time(claims, 'iat'), notBefore: claims['nbf'] === undefined ? 0 : time(claims, 'nbf') }
}

/** The times of a token (RFC 7519 section 4.1.4 to 4.1.6), `leeway` and `now` in seconds. @throws Problem `invalid_token` */
export function checkTimes ({ issuedAt, notBefore, expiresAt }: TokenTimes, leeway: number, now: number): void {
  if (now >= expiresAt + leeway) throw new Problem('invalid_token', 'The access token has expired.')
  if (now < notBefore - leeway) throw new Problem('invalid_token', 'The access token is not valid yet.')
  if (now < issuedAt - leeway) throw new Problem('invalid_token', 'The access token was issued in the future.')
}

function time (claims: Record<string, unknown>, name: string): number {
  const value = claims[name]
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new Problem('invalid_token', `The access token lacks a valid "${name}" claim.`)
  return value
}

/** An identifier. */
function text (claims: Record<string, unknown>, name: string): string {
  const value = claims[name]
  if (typeof value !== 'string' || value === '' || UNSPEAKABLE.test(value)) throw new Problem('invalid_token', `The access token lacks a valid "${name}" claim.`)
  return value
}

/** Not split before the signature is checked: anybody may have written a thousand of them. */
function scopeOf (scope: unknown): string {
  if (scope === undefined) return ''
  if (typeof scope !== 'string') throw new Problem('invalid_token', 'The access token lacks a valid "scope" claim.')
  return scope
}
