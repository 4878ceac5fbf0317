import { bearerToken, plainly } from './bearer.js'
import { whenThere, type Eventually } from './eventually.js'
import { createFlights } from './flights.js'
import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'
import { blockedClient, missingToken } from './refusals.js'
import type { TokenCache } from './token-cache.js'
import type { TokenVerifier, VerifiedToken } from './verify-token.js'

export interface AccessTokensOptions {
  verify: TokenVerifier
  cache: TokenCache
  keys: {
    /** Whether the issuer's keys may still be relied on; if not, no remembered token counts. */
    ready (at: number): boolean
    /** Whether this very key is still one of the issuer's. */
    holds (key: VerificationKey): boolean
  }
  /** Milliseconds since the epoch. */
  now?: () => number
}

export type AccessTokens = ReturnType<typeof createAccessTokens>

/**
 * Access tokens as the service meets them: at first sight verified, then recognised until they end.
 *
 * Any number of simultaneous first sights of one token are one check. Refusals are not remembered:
 * an attacker could fill such a memory. A token in order whose client is blocked is remembered, too: each
 * request with it would cost a check.
 */
export function createAccessTokens (options: AccessTokensOptions) {
  const { verify, cache, keys, now = Date.now } = options
  /** Made when it is needed: few services have any. */
  let blocked: WeakSet<Principal> | undefined
  const inOneFlight = createFlights<Principal>()

  /**
   * The principal of a token that was verified before and still counts; costs well under a microsecond.
   * @param credentials the value of the Authorization header as it came, whatever it is; what is not written
   *   plainly (`Bearer <token>`) is not recognised, which says nothing about its token
   * @throws Problem `client_blocked`
   */
  function recognise (credentials: string): Principal | undefined {
    const at = now()
    const principal = keys.ready(at) ? cache.get(credentials, at / 1000) : undefined
    return principal && letIn(principal)
  }

  function letIn (principal: Principal): Principal {
    if (blocked?.has(principal)) throw blockedClient()
    return principal
  }

  function remember (credentials: string, { principal, key, blocked: isBlocked }: VerifiedToken): Principal {
    if (isBlocked) (blocked ??= new WeakSet()).add(principal)
    // In this very moment: a key that is withdrawn later takes its remembered tokens with it.
    if (keys.holds(key)) cache.set(credentials, principal, key)
    return letIn(principal)
  }

  /**
   * The principal of a token that `recognise` did not know; at once, and without a promise, where nobody has to be waited
   * for. See bearerToken and createTokenVerifier for what is and is not checked, and the errors, thrown or rejected with.
   * @param authorization the value of the Authorization header, whatever it is. It is kept, so it should be no part of a longer text
   * @param source who asks (a client address): sources take turns when many tokens wait for their check
   * @throws Problem `unauthorized` without bearer credentials, `client_blocked`, and those of bearerToken and the verifier
   */
  function verifyUnknown (authorization: string, source: string): Eventually<Principal> {
    const token = bearerToken(authorization)
    if (token === undefined) throw missingToken()
    const credentials = plainly(authorization, token)
    const known = credentials === authorization ? undefined : recognise(credentials)
    return known ?? inOneFlight(credentials, () => whenThere(verify(token, source), verified => remember(credentials, verified)))
  }

  /** The principal of any token, for whoever has no use for an answer at once: `recognise`, or else `verifyUnknown`. */
  async function principalOf (authorization: string, source: string): Promise<Principal> {
    return recognise(authorization) ?? await verifyUnknown(authorization, source)
  }

  return { recognise, verifyUnknown, principalOf }
}
