import { checkClaims, type ClaimRules } from '../../src/auth/claims.js'
import type { CimdPolicy } from '../../src/auth/cimd.js'
import { createPrincipalReader } from '../../src/auth/principal-reader.js'
import type { Principal } from '../../src/auth/principal.js'

/** The principal of a token with these claims, if its signature is right. */
export function principalFromClaims (claims: Record<string, unknown>, { cimd, ...rules }: ClaimRules & { cimd?: CimdPolicy }, now: number): Principal {
  return createPrincipalReader(cimd)(checkClaims(claims, rules, now))
}
