/** Logto's entities as its Management API shows them, and what of them is kept but never shown. */
export interface Resource {
  tenantId: string
  id: string
  name: string
  /** RFC 8707 resource indicator, compared exactly. */
  indicator: string
  isDefault: boolean
  /** Seconds. */
  accessTokenTtl: number
}

export interface ResourceScope {
  tenantId: string
  id: string
  resourceId: string
  name: string
  description: string | null
  createdAt: number
}

export interface Role {
  tenantId: string
  id: string
  name: string
  description: string
  type: 'User' | 'MachineToMachine'
  /** New users get it. */
  isDefault: boolean
}

export interface User {
  id: string
  username: string | null
  primaryEmail: string | null
  primaryPhone: string | null
  name: string | null
  avatar: string | null
  customData: Record<string, unknown>
  identities: Record<string, unknown>
  lastSignInAt: number | null
  createdAt: number
  updatedAt: number
  profile: Record<string, unknown>
  applicationId: string | null
  cimdClientId: string | null
  isSuspended: boolean
  hasPassword: boolean
}

export const applicationTypes = ['Native', 'SPA', 'Traditional', 'MachineToMachine', 'Protected', 'SAML'] as const
export type ApplicationType = (typeof applicationTypes)[number]

export interface Application {
  tenantId: string
  id: string
  name: string
  description: string | null
  type: ApplicationType
  oidcClientMetadata: { redirectUris: string[], postLogoutRedirectUris: string[] } & Record<string, unknown>
  customClientMetadata: { alwaysIssueRefreshToken?: boolean, corsAllowedOrigins?: string[] } & Record<string, unknown>
  protectedAppMetadata: null
  customData: Record<string, unknown>
  isThirdParty: boolean
  appLevelAccessControlEnabled: boolean
  createdAt: number
}

export interface Secret {
  tenantId: string
  applicationId: string
  name: string
  value: string
  createdAt: number
  /** Milliseconds since the epoch. */
  expiresAt: number | null
}

/** The most that users can allow: ids of API scopes, names of user scopes. */
export interface Consent {
  resourceScopes: string[]
  userScopes: string[]
}

/** Everything the tenant holds; plain data, kept as one record. Keys are ids. */
export interface TenantData {
  resources: Record<string, Resource>
  scopes: Record<string, ResourceScope>
  roles: Record<string, Role & { scopeIds: string[] }>
  users: Record<string, User & { password: string | null, roleIds: string[] }>
  applications: Record<string, Application & { secrets: Secret[], roleIds: string[], consent: Consent }>
  cimd: { enabled: boolean, consent: Consent }
  signInExperience: Record<string, unknown>
}

export type RoleRecord = TenantData['roles'][string]
export type UserRecord = TenantData['users'][string]
export type ApplicationRecord = TenantData['applications'][string]

export const TENANT_ID = 'default'
/** The Management API's resource, its one scope, and the role of those who may use it: as in a new Logto. */
export const MANAGEMENT_RESOURCE = 'https://default.logto.app/api'
export const MANAGEMENT_RESOURCE_ID = 'management-api'
export const MANAGEMENT_SCOPE_ID = 'management-api-all'
export const MANAGEMENT_SCOPE = 'all'
export const MANAGEMENT_ROLE = 'Logto Management API access'

/** An application whose people sign in without a secret (PKCE). */
export function isPublicType (type: ApplicationType): boolean {
  return type === 'Native' || type === 'SPA'
}
