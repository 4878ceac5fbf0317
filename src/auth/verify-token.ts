import { Problem } from '../errors.js'
import { principalFromClaims, type ClaimRules } from './claims.js'
import { parseToken, type Algorithm, type JwsHeader } from './jws.js'
import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'

export interface TokenVerifierOptions extends ClaimRules {
  algorithms: readonly Algorithm[]
  /**
   * The key with the header's `kid`; `undefined` when the issuer has none.
   * @throws Problem `keys_unavailable` when that cannot be known
   */
  findKey: (header: JwsHeader) => Promise<VerificationKey | undefined>
  /** Resolves when the signature over the whole token is right, rejects when it is not. */
  checkSignature: (token: string, key: VerificationKey) => Promise<unknown>
  /** Milliseconds since the epoch. */
  now?: () => number
}

export type TokenVerifier = (token: string) => Promise<Principal>

/**
 * The way from a token to a principal: form, claims, key, signature, in that order, cheapest first.
 *
 * Does NOT check scopes against a route, nor whether the token was revoked.
 * The verifier rejects with Problem `invalid_token`, or `keys_unavailable` when no key is known.
 */
export function createTokenVerifier (options: TokenVerifierOptions): TokenVerifier {
  const { algorithms, findKey, checkSignature, now = Date.now, ...rules } = options
  return async function verifyToken (token) {
    const { header, payload } = parseToken(token, algorithms)
    const principal = principalFromClaims(payload, rules, now() / 1000)
    const key = await findKey(header)
    // One key, one algorithm (RFC 8725 section 3.1): the token does not choose.
    if (key === undefined || key.alg !== header.alg) throw new Problem('invalid_token', 'The access token is signed with a key that the issuer does not publish.')
    try {
      await checkSignature(token, key)
    } catch (error) {
      throw new Problem('invalid_token', 'The signature of the access token is not valid.', { cause: error })
    }
    return principal
  }
}
