import { Problem } from '../errors.js'
import { isBlocked, noScopes, type CimdPolicy } from './cimd.js'
import { checkClaims, checkTimes, type ClaimRules, type TokenClaims } from './claims.js'
import { whenThere, type Eventually } from './eventually.js'
import { parseToken, type Algorithm, type DecodeToken, type JwsHeader, type ParsedToken } from './jws.js'
import type { VerificationKey } from './jwk.js'
import type { Principal } from './principal.js'
import { createPrincipalReader } from './principal-reader.js'
import { signatureCheck, type SignatureCheck } from './signature.js'

/** Logto's access token for a client that named no resource; a JWT has two dots. */
const OPAQUE = /^[A-Za-z0-9_-]+$/

export interface TokenVerifierOptions extends ClaimRules {
  /** What clients get that name themselves by a metadata document. Default: no scope at all. */
  cimd?: CimdPolicy
  algorithms: readonly Algorithm[]
  decode: DecodeToken
  keys: {
    /** The key with this `kid` if it is known; asks nobody. */
    get (kid: string): VerificationKey | undefined
    /**
     * The key with the header's `kid`; `undefined` when the issuer has none.
     * @throws Problem `keys_unavailable` when that cannot be known
     */
    find (header: JwsHeader): Promise<VerificationKey | undefined>
    /** Whether this very key is still one of the issuer's. */
    holds (key: VerificationKey): boolean
  }
  /** Runs a signature check when its turn comes, which may be at once; `source` is who asks. */
  inTurn: (source: string, check: SignatureCheck) => Eventually<boolean>
  /** Milliseconds since the epoch. */
  now?: () => number
}

export interface VerifiedToken {
  readonly principal: Principal
  /** The key it was verified under, which the issuer still publishes. */
  readonly key: VerificationKey
  /** The token is in order, but its client is not let in. */
  readonly blocked: boolean
}

export type TokenVerifier = (token: string, source: string) => Eventually<VerifiedToken>

/**
 * The way from a token to a principal: form, claims, key, signature, in that order, cheapest first; then
 * what the token says is made a principal, and whether its client is let in at all.
 *
 * Does NOT check scopes against a route, nor whether the token was revoked, and remembers no token.
 * The verifier throws, or rejects with, Problem `invalid_token`, `keys_unavailable` when no key is known, or
 * `overloaded` when too many checks wait.
 */
export function createTokenVerifier (options: TokenVerifierOptions): TokenVerifier {
  const { algorithms, decode, keys, inTurn, now = Date.now, cimd = noScopes, ...rules } = options
  const principalOf = createPrincipalReader(cimd)

  function checkSignature (parsed: ParsedToken, claims: TokenClaims, key: VerificationKey | undefined, source: string): Eventually<VerifiedToken> {
    // One key, one algorithm (RFC 8725 section 3.1): the token does not choose.
    if (key === undefined || key.alg !== parsed.header.alg) throw unknownKey()
    // Before its turn: it shall take no place among those that wait.
    if (Buffer.byteLength(parsed.signature, 'base64url') !== key.signatureLength) throw badSignature()
    return whenThere(isValid(parsed, key, source), valid => {
      // Not only falsy: nothing but a `true` lets a token in.
      if (valid !== true) throw badSignature()
      return vouchedFor(claims, key)
    })
  }

  function isValid ({ signingInput, signature }: ParsedToken, key: VerificationKey, source: string): Eventually<boolean> {
    try {
      const valid = inTurn(source, signatureCheck(signingInput, signature, key))
      return valid instanceof Promise ? valid.catch(notChecked) : valid
    } catch (error) {
      return notChecked(error)
    }
  }

  function vouchedFor (claims: TokenClaims, key: VerificationKey): VerifiedToken {
    // The issuer may have withdrawn it while the check waited.
    if (!keys.holds(key)) throw unknownKey()
    // So may its time have passed.
    checkTimes(claims.times, rules.leeway, now() / 1000)
    return { principal: principalOf(claims), key, blocked: isBlocked(claims.clientId, cimd) }
  }

  return function verifyToken (token, source) {
    if (!token.includes('.') && OPAQUE.test(token)) throw opaqueToken(rules.audiences[0])
    const parsed = parseToken(token, algorithms, decode)
    const claims = checkClaims(parsed.payload, rules, now() / 1000)
    return whenThere(keys.get(parsed.header.kid) ?? keys.find(parsed.header), key => checkSignature(parsed, claims, key, source))
  }
}

/** Nobody knows whether the signature is valid; so it is not. */
function notChecked (error: unknown): never {
  throw error instanceof Problem ? error : badSignature(error)
}

/** Not introspected: docs/decisions/0006-opaque-tokens.md. */
function opaqueToken (resource = ''): Problem {
  return new Problem('invalid_token', `This is an opaque token, which can not be checked here. Ask for the access token with resource="${resource}" (RFC 8707), or make this the tenant's default API and ask without "openid"; then it is a JWT.`)
}

function unknownKey (): Problem {
  return new Problem('invalid_token', 'The access token is signed with a key that the issuer does not publish.')
}

function badSignature (cause?: unknown): Problem {
  return new Problem('invalid_token', 'The signature of the access token is not valid.', { cause })
}
