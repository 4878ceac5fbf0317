/** Codes of RFC 6749 sections 4.1.2.1 and 5.2, RFC 8707 section 2 and OpenID Connect Core section 3.1.2.6. */
export type OAuthErrorCode =
  | 'invalid_request' | 'invalid_target' | 'unsupported_grant_type'
  | 'request_not_supported' | 'request_uri_not_supported'
  | 'temporarily_unavailable' | 'server_error'

/**
 * A refusal of the front door's own, answered in OAuth's shape (RFC 6749 section 5.2). The description
 * keeps to the characters that are allowed there: printable ASCII without quotation mark and back slash.
 */
export class OAuthError extends Error {
  override readonly name = 'OAuthError'
  readonly status: number
  /** Seconds after which a new try makes sense. */
  readonly retryAfter: number | undefined

  constructor (readonly code: OAuthErrorCode, description: string, { status = 400, retryAfter, cause }: { status?: number, retryAfter?: number, cause?: unknown } = {}) {
    super(description, cause === undefined ? undefined : { cause })
    this.status = status
    this.retryAfter = retryAfter
  }
}
