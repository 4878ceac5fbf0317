/** The errors that RFC 6750 section 3.1 knows. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

export interface ChallengeParameters {
  error?: BearerError
  description?: string
  /** Scopes the client should ask for; left out when empty. */
  scopes?: readonly string[]
  /** Address of the protected-resource metadata (RFC 9728 section 5.1). */
  resourceMetadata?: string
}

/**
 * The value of `WWW-Authenticate` for bearer tokens (RFC 6750 section 3).
 * Without `error` when no credentials were sent.
 */
export function bearerChallenge (parameters: ChallengeParameters): string {
  const { error, description, scopes = [], resourceMetadata } = parameters
  const pairs: [string, string | undefined][] = [
    ['error', error],
    ['error_description', description],
    ['scope', scopes.length > 0 ? scopes.join(' ') : undefined],
    ['resource_metadata', resourceMetadata]
  ]
  const text = pairs.flatMap(([name, value]) => value === undefined ? [] : [`${name}="${quotable(value)}"`]).join(', ')
  return text === '' ? 'Bearer' : `Bearer ${text}`
}

/** RFC 6750 allows printable ASCII without `"` and `\` here; anything else could split the header. */
function quotable (value: string): string {
  return value.replaceAll('"', "'").replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')
}
