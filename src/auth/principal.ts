/** What every token says, whatever it is for. */
interface TokenFacts {
  /** Subject (RFC 7519): the user's id at Logto; for machine-to-machine tokens the client's. */
  readonly sub: string
  /** The client the token was issued to (RFC 9068 section 2.2). */
  readonly clientId: string
  /** A person, or a machine-to-machine client that speaks for itself (its `sub` is the client). */
  readonly actor: 'user' | 'machine'
  /** The scopes of this token for this audience that count here: as issued, names unknown to the catalogue too; cut for clients that name themselves by a metadata document. */
  readonly scopes: readonly string[]
  /** The audiences named by the token, each of them accepted by this service. */
  readonly audience: readonly string[]
  /** Seconds since the epoch. */
  readonly issuedAt: number
  readonly expiresAt: number
}

/**
 * A token for the API resource, tied to no organization. Logto also puts scopes into it that the user
 * has through a role in *some* organization: nothing in it says in which.
 */
export interface ResourcePrincipal extends TokenFacts {
  readonly tokenType: 'resource'
  readonly organizationId: undefined
}

/** A token for the API resource within one organization (Logto's `organization_id` claim). */
export interface OrganizationResourcePrincipal extends TokenFacts {
  readonly tokenType: 'organization_resource'
  readonly organizationId: string
}

/** An organization token (audience `urn:logto:organization:<id>`): for the organization itself, not for the API resource. */
export interface OrganizationPrincipal extends TokenFacts {
  readonly tokenType: 'organization'
  readonly organizationId: string
}

/**
 * Whom an access token speaks for, after every check in `verify-token.ts` has passed.
 * Frozen: requests with the same token share it.
 */
export type Principal = ResourcePrincipal | OrganizationResourcePrincipal | OrganizationPrincipal
