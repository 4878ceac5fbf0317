/** Whom an access token speaks for, after every check in `verify-token.ts` has passed. */
export interface Principal {
  /** Subject (RFC 7519): the user's id at Logto; for machine-to-machine tokens the client's. */
  readonly sub: string
  /** The client the token was issued to (RFC 9068 section 2.2). */
  readonly clientId: string
  /** The scopes of this token for this audience, as issued; names unknown to the catalogue stay in. */
  readonly scopes: ReadonlySet<string>
  /** Logto's `organization_id` claim, when the token is tied to an organization. */
  readonly organizationId: string | undefined
  /** The audiences named by the token, each of them accepted by this service. */
  readonly audience: readonly string[]
  readonly tokenId: string
  /** Seconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}
