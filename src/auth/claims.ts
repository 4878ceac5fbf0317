import { Problem } from '../errors.js'
import { noScopes, scopesThatCount, type CimdPolicy } from './cimd.js'
import { UNSPEAKABLE } from './jws.js'
import type { OrganizationPrincipal, OrganizationResourcePrincipal, Principal, ResourcePrincipal } from './principal.js'

export interface ClaimRules {
  /** The one accepted issuer, compared exactly. */
  issuer: string
  /** Every accepted audience, compared exactly. A token that also names anyone else is refused. */
  audiences: readonly string[]
  /** Seconds of tolerance between the clocks. */
  leeway: number
  /** Whether organization tokens (audience `urn:logto:organization:<id>`) are taken, too. */
  organizationTokens?: boolean
  /** What clients get that name themselves by a metadata document. Default: no scope at all. */
  cimd?: CimdPolicy
}

/** How Logto writes an organization as audience of a token. */
const ORGANIZATION_AUDIENCE = 'urn:logto:organization:'

/**
 * Checks the claims of a JWT access token (RFC 9068 section 4, RFC 7519 section 4.1) and reads the principal.
 *
 * Does NOT check the signature, scopes against a route, or revocation, nor whether the client is blocked:
 * that is for whoever has checked the signature to say. Nor is the principal frozen yet: that is done where it is shared.
 * @param now seconds since the epoch
 * @throws Problem `invalid_token`
 */
export function principalFromClaims (claims: Record<string, unknown>, rules: ClaimRules, now: number): Principal {
  if (claims['iss'] !== rules.issuer) throw new Problem('invalid_token', 'The access token comes from another issuer.')
  const audience = checkAudience(claims['aud'], rules)
  const { issuedAt, expiresAt } = checkTimes(claims, rules.leeway, now)
  const sub = text(claims, 'sub')
  const clientId = text(claims, 'client_id')
  text(claims, 'jti')
  return {
    sub,
    clientId,
    actor: sub === clientId ? 'machine' : 'user',
    scopes: scopesThatCount(clientId, parseScopes(claims['scope']), rules.cimd ?? noScopes),
    ...organizationOf(claims, audience),
    audience,
    issuedAt,
    expiresAt
  }
}

function checkAudience (aud: unknown, { audiences, organizationTokens = false }: ClaimRules): string[] {
  const named: unknown[] = Array.isArray(aud) ? [...aud] : [aud]
  if (named.length > 0 && named.every((one): one is string => typeof one === 'string' && audiences.includes(one))) return named
  // One organization and nobody else: such a token says in its audience for which organization it is.
  const only = named[0]
  if (organizationTokens && named.length === 1 && typeof only === 'string' && organizationIn(only) !== undefined) return [only]
  throw new Problem('invalid_token', `The access token is not meant for this API; ask for it with resource="${audiences[0] ?? ''}".`)
}

function organizationIn (audience: string): string | undefined {
  const id = audience.startsWith(ORGANIZATION_AUDIENCE) ? audience.slice(ORGANIZATION_AUDIENCE.length) : ''
  return id === '' || UNSPEAKABLE.test(id) ? undefined : id
}

type TokenType = Pick<ResourcePrincipal, 'tokenType' | 'organizationId'> | Pick<OrganizationResourcePrincipal, 'tokenType' | 'organizationId'> | Pick<OrganizationPrincipal, 'tokenType' | 'organizationId'>

/** Which of Logto's three kinds of access token this is. */
function organizationOf (claims: Record<string, unknown>, audience: readonly string[]): TokenType {
  const named = claims['organization_id'] === undefined ? undefined : text(claims, 'organization_id')
  const organization = organizationIn(audience[0] ?? '')
  if (organization === undefined) return named === undefined ? { tokenType: 'resource', organizationId: undefined } : { tokenType: 'organization_resource', organizationId: named }
  if (named !== undefined && named !== organization) throw new Problem('invalid_token', 'The access token names two organizations.')
  return { tokenType: 'organization', organizationId: organization }
}

/** The times of a token (RFC 7519 section 4.1.4 to 4.1.6), `leeway` and `now` in seconds. @throws Problem `invalid_token` */
export function checkTimes (claims: Record<string, unknown>, leeway: number, now: number) {
  const expiresAt = time(claims, 'exp')
  const issuedAt = time(claims, 'iat')
  const notBefore = claims['nbf'] === undefined ? 0 : time(claims, 'nbf')
  if (now >= expiresAt + leeway) throw new Problem('invalid_token', 'The access token has expired.')
  if (now < notBefore - leeway) throw new Problem('invalid_token', 'The access token is not valid yet.')
  if (now < issuedAt - leeway) throw new Problem('invalid_token', 'The access token was issued in the future.')
  return { expiresAt, issuedAt }
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

/** RFC 6749 section 3.3: names separated by the space character, nothing else. Absent or empty: no scope. */
function parseScopes (scope: unknown): string[] {
  if (scope === undefined) return []
  if (typeof scope !== 'string') throw new Problem('invalid_token', 'The access token lacks a valid "scope" claim.')
  const names = scope.split(' ')
  const unique = new Set(names)
  unique.delete('')
  return unique.size === names.length ? names : [...unique]
}
