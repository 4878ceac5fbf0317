import { Problem } from '../errors.js'

/** Longest accepted token in characters; Logto's are about 700. */
export const MAX_TOKEN_LENGTH = 8192

/** RFC 6750 section 2.1: `credentials = "Bearer" 1*SP b64token`, the scheme in any case (RFC 9110). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i
const SCHEME = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?= |$)/

export interface CredentialSource {
  /** Name, value, name, value … as received: Node's `headers` drops a second Authorization header. */
  rawHeaders: readonly string[]
  /** The parsed query string. */
  query: unknown
}

/**
 * Takes the bearer token out of a request (RFC 6750 section 2).
 *
 * Only the Authorization header is a way in: a token in the query is refused (section 2.3 is
 * deprecated by RFC 9700), and a body is never looked at. Does NOT look inside the token.
 * @returns the token, or `undefined` when no bearer credentials were sent
 * @throws Problem `invalid_request` for a malformed header, two credentials or a token in the query;
 * `invalid_token` for a token longer than {@link MAX_TOKEN_LENGTH}
 */
export function bearerToken (source: CredentialSource): string | undefined {
  if (typeof source.query === 'object' && source.query !== null && Object.hasOwn(source.query, 'access_token')) {
    throw new Problem('invalid_request', 'Send the access token in the Authorization header, not in the query string.')
  }
  const values = authorizationHeaders(source.rawHeaders)
  if (values.length > 1) throw new Problem('invalid_request', 'Send exactly one Authorization header.')
  const value = values[0] ?? ''
  if (value === '') return undefined
  const token = BEARER.exec(value)?.[1]
  if (token === undefined) return refuseUnlessOtherScheme(value)
  if (token.length > MAX_TOKEN_LENGTH) throw new Problem('invalid_token', `The access token is longer than ${MAX_TOKEN_LENGTH} characters.`)
  return token
}

function authorizationHeaders (rawHeaders: readonly string[]): string[] {
  const values: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'authorization') values.push(rawHeaders[index + 1] ?? '')
  }
  return values
}

function refuseUnlessOtherScheme (value: string): undefined {
  const scheme = SCHEME.exec(value)?.[1]
  if (scheme !== undefined && scheme.toLowerCase() !== 'bearer') return undefined
  throw new Problem('invalid_request', 'Malformed Authorization header; expected "Bearer", a space and the access token.')
}
