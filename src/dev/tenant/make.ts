import { newId, newSecret } from './ids.js'
import { TENANT_ID, isPublicType, type Application, type ApplicationRecord, type Resource, type ResourceScope, type Role, type RoleRecord, type Secret, type User, type UserRecord } from './entities.js'

/** Entities with Logto's defaults for what is not named. None of them is put anywhere. */
export function makeResource (given: Pick<Resource, 'name' | 'indicator'> & Partial<Resource>): Resource {
  return { tenantId: TENANT_ID, id: newId(), isDefault: false, accessTokenTtl: 3600, ...given }
}

export function makeScope (given: Pick<ResourceScope, 'resourceId' | 'name'> & Partial<ResourceScope>): ResourceScope {
  return { tenantId: TENANT_ID, id: newId(), description: null, createdAt: Date.now(), ...given }
}

export function makeRole ({ scopeIds = [], ...given }: Pick<Role, 'name' | 'description'> & Partial<RoleRecord>): RoleRecord {
  return { tenantId: TENANT_ID, id: newId(), type: 'User', isDefault: false, ...given, scopeIds }
}

export function makeUser (given: Pick<User, 'id'> & Partial<Omit<UserRecord, 'hasPassword'>>): UserRecord {
  const now = Date.now()
  const { password = null, roleIds = [], ...more } = given
  return {
    username: null,
    primaryEmail: null,
    primaryPhone: null,
    name: null,
    avatar: null,
    customData: {},
    identities: {},
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
    profile: {},
    applicationId: null,
    cimdClientId: null,
    isSuspended: false,
    ...more,
    hasPassword: password !== null,
    password,
    roleIds
  }
}

export function makeSecret (applicationId: string, given: Pick<Secret, 'name'> & Partial<Secret>): Secret {
  return { tenantId: TENANT_ID, applicationId, value: newSecret(), createdAt: Date.now(), expiresAt: null, ...given }
}

/** With its first secret, where the type has secrets. */
export function makeApplication (given: Pick<Application, 'name' | 'type'> & Partial<Application> & { secret?: string }): ApplicationRecord {
  const { secret, id = newId(), oidcClientMetadata, ...more } = given
  return {
    tenantId: TENANT_ID,
    id,
    description: null,
    customClientMetadata: {},
    protectedAppMetadata: null,
    customData: {},
    isThirdParty: false,
    appLevelAccessControlEnabled: false,
    createdAt: Date.now(),
    ...more,
    oidcClientMetadata: { redirectUris: [], postLogoutRedirectUris: [], ...oidcClientMetadata },
    secrets: isPublicType(given.type) ? [] : [makeSecret(id, { name: 'Default secret', ...(secret === undefined ? {} : { value: secret }) })],
    roleIds: [],
    consent: { resourceScopes: [], userScopes: [] }
  }
}
