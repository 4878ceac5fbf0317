import type { TestIssuer } from '../issuer.js'

/** Who takes part: the issuer the service trusts, and another one that an attacker runs. */
export interface Cast {
  issuer: TestIssuer
  rival: TestIssuer
}

/** Credentials that must be refused. */
export interface Attack {
  name: string
  /** What would go wrong if it were let in. */
  why: string
  /** The value of the Authorization header. */
  authorization: (cast: Cast) => string
  code: 'invalid_token' | 'invalid_request'
  /** What the answer must say: so that it is refused for its own reason and not for another. */
  detail: RegExp
}

/** A token that must be refused with 401. */
export function tokenAttack (name: string, why: string, detail: RegExp, token: (cast: Cast) => string): Attack {
  return { name, why, detail, code: 'invalid_token', authorization: cast => `Bearer ${token(cast)}` }
}

/** An Authorization header that is not even well-formed, refused with 400. */
export function headerAttack (name: string, why: string, authorization: (cast: Cast) => string): Attack {
  return { name, why, authorization, code: 'invalid_request', detail: /^Malformed Authorization header/ }
}
