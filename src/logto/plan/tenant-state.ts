import type { UserScope } from '../desired.js'

/** What a tenant holds, as far as `plan` looks at it. */
export interface TenantState {
  /** All of them, also those that are not ours: a near miss or the present default may be among them. */
  resources: ResourceState[]
  /** Those that are called like a desired one. */
  roles: RoleState[]
  /** Those with our mark, and those that could be ours for want of one. */
  applications: ApplicationState[]
  /** `undefined`: this Logto does not offer client ID metadata documents. */
  cimd: CimdState | undefined
}

export interface ResourceState {
  id: string
  name: string
  indicator: string
  isDefault: boolean
  /** Seconds. */
  accessTokenTtl: number
  scopes: Array<{ id: string, name: string, description: string | null }>
}

export interface RoleState {
  id: string
  name: string
  type: 'User' | 'MachineToMachine'
  isDefault: boolean
  scopes: ApiScope[]
}

/** A permission of an API resource, where a role has it. */
export interface ApiScope { id: string, name: string, indicator: string }

export interface ApplicationState {
  id: string
  name: string
  type: string
  isThirdParty: boolean
  oidcClientMetadata: { redirectUris: string[], postLogoutRedirectUris: string[] } & Record<string, unknown>
  customClientMetadata: { corsAllowedOrigins?: string[], alwaysIssueRefreshToken?: boolean } & Record<string, unknown>
  customData: Record<string, unknown>
  /** Empty for first-party applications, which ask for no consent. */
  consent: ConsentEntry[]
}

export interface CimdState { enabled: boolean, consent: ConsentEntry[] }

/** Logto's word for the kind of a consent scope; part of the path of its deletion. */
export type ConsentType = 'organization-scopes' | 'resource-scopes' | 'organization-resource-scopes' | 'user-scopes'

/** One thing that an application may ask people for. */
export interface ConsentEntry {
  type: ConsentType
  /** Of a user scope: its name. */
  id: string
  name: string
  /** Of the API resource, where it is a permission of one. */
  indicator: string | undefined
}

/** A permission of ours by name; its id is known when it is there. */
export interface ScopeName { indicator: string, name: string }

/** What an application should be able to ask for. */
export type WantedConsent = ({ type: 'resource-scopes' } & ScopeName) | { type: 'user-scopes', indicator: undefined, name: UserScope }
