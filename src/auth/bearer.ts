import { Problem } from '../errors.js'
import { flat } from './flat.js'

/** Longest accepted token in characters; Logto's are about 700. */
export const MAX_TOKEN_LENGTH = 8192

/** RFC 6750 section 2.1: `credentials = "Bearer" 1*SP b64token`, the scheme in any case (RFC 9110). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i
const NAME = 'authorization'
const SCHEME = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?= |$)/

export interface CredentialSource {
  /** Name, value, name, value … as received: Node's `headers` drops a second Authorization header. */
  rawHeaders: readonly string[]
  /** The parsed query string. */
  query: unknown
}

/**
 * The value of the one Authorization header (RFC 6750 section 2.1), `''` when there is none.
 *
 * Only this header is a way in: a token in the query is refused (section 2.3 is deprecated by
 * RFC 9700), and a body is never looked at.
 * @throws Problem `invalid_request` for two Authorization headers or a token in the query
 */
export function authorizationValue (source: CredentialSource): string {
  // `in` costs next to nothing, and only `hasOwn` is exact.
  if (typeof source.query === 'object' && source.query !== null && 'access_token' in source.query && Object.hasOwn(source.query, 'access_token')) {
    throw new Problem('invalid_request', 'Send the access token in the Authorization header, not in the query string.')
  }
  const { rawHeaders } = source
  let value: string | undefined
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string
    if (name.length !== NAME.length || (name !== NAME && name.toLowerCase() !== NAME)) continue
    if (value !== undefined) throw new Problem('invalid_request', 'Send exactly one Authorization header.')
    value = rawHeaders[index + 1] ?? ''
  }
  return value ?? ''
}

const PLAIN = 'Bearer '

/** The header's value in the spelling that most clients use, for the token that was found in it. Mostly that is the very text that came: a copy would cost more than all checks of its form. */
export function plainly (authorization: string, token: string): string {
  return authorization.length === PLAIN.length + token.length && authorization.startsWith(PLAIN) ? authorization : flat(PLAIN + token)
}

/**
 * Takes the bearer token out of an Authorization header (RFC 6750 section 2.1). Does NOT look inside the token.
 * @returns the token, or `undefined` when no bearer credentials were sent
 * @throws Problem `invalid_request` for a malformed header; `invalid_token` for a token longer than {@link MAX_TOKEN_LENGTH}
 */
export function bearerToken (authorization: string): string | undefined {
  if (authorization === '') return undefined
  const token = BEARER.exec(authorization)?.[1]
  if (token === undefined) return refuseUnlessOtherScheme(authorization)
  if (token.length > MAX_TOKEN_LENGTH) throw new Problem('invalid_token', `The access token is longer than ${MAX_TOKEN_LENGTH} characters.`)
  return token
}

function refuseUnlessOtherScheme (value: string): undefined {
  const scheme = SCHEME.exec(value)?.[1]
  if (scheme !== undefined && scheme.toLowerCase() !== 'bearer') return undefined
  throw new Problem('invalid_request', 'Malformed Authorization header; expected "Bearer", a space and the access token.')
}
