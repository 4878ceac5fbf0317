import { Problem } from '../errors.js'
import type { Principal } from './principal.js'

export interface ClaimRules {
  /** The one accepted issuer, compared exactly. */
  issuer: string
  /** Every accepted audience, compared exactly. A token that also names anyone else is refused. */
  audiences: readonly string[]
  /** Seconds of tolerance between the clocks. */
  leeway: number
}

/**
 * Checks the claims of a JWT access token (RFC 9068 section 4, RFC 7519 section 4.1) and reads the principal.
 *
 * Does NOT check the signature, scopes against a route, or revocation.
 * @param now seconds since the epoch
 * @throws Problem `invalid_token`
 */
export function principalFromClaims (claims: Record<string, unknown>, rules: ClaimRules, now: number): Principal {
  if (claims['iss'] !== rules.issuer) throw new Problem('invalid_token', 'The access token comes from another issuer.')
  const audience = checkAudience(claims['aud'], rules.audiences)
  const { issuedAt, expiresAt } = checkTimes(claims, rules.leeway, now)
  return {
    sub: text(claims, 'sub'),
    clientId: text(claims, 'client_id'),
    tokenId: text(claims, 'jti'),
    scopes: parseScopes(claims['scope']),
    organizationId: claims['organization_id'] === undefined ? undefined : text(claims, 'organization_id'),
    audience,
    issuedAt,
    expiresAt
  }
}

function checkAudience (aud: unknown, accepted: readonly string[]): string[] {
  const named: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (named.length > 0 && named.every((one): one is string => typeof one === 'string' && accepted.includes(one))) return named
  throw new Problem('invalid_token', `The access token is not meant for this API; ask for it with resource="${accepted[0] ?? ''}".`)
}

function checkTimes (claims: Record<string, unknown>, leeway: number, now: number) {
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

/** An identifier. Control characters and lone surrogates are in none, and no database keeps them as they are. */
function text (claims: Record<string, unknown>, name: string): string {
  const value = claims[name]
  if (typeof value !== 'string' || value === '' || /[\p{Cc}\p{Cs}]/u.test(value)) throw new Problem('invalid_token', `The access token lacks a valid "${name}" claim.`)
  return value
}

/** RFC 6749 section 3.3: names separated by the space character, nothing else. Absent or empty: no scope. */
function parseScopes (scope: unknown): ReadonlySet<string> {
  if (scope === undefined) return new Set()
  if (typeof scope !== 'string') throw new Problem('invalid_token', 'The access token lacks a valid "scope" claim.')
  return new Set(scope.split(' ').filter(name => name !== ''))
}
