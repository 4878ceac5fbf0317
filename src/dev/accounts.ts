import type { Account } from 'oidc-provider'
import { findUser, rolesOf, type Tenant } from './tenant/tenant.js'

/** Which claims come with which scope, in Logto's names and order. */
export const claimsByScope = {
  openid: ['sub'],
  profile: [
    'name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile',
    'picture', 'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at', 'username',
    'created_at'
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  custom_data: ['custom_data'],
  identities: ['identities', 'sso_identities'],
  roles: ['roles'],
  sid: null,
  auth_time: null,
  iss: null
}

/**
 * oidc-provider's `findAccount`: all claims of a user; it leaves out those whose scope is missing.
 * A suspended user is as good as none. Logto counts the two times in milliseconds.
 */
export function accountFinder (tenant: Tenant) {
  return (_ctx: unknown, id: string): Account | undefined => {
    const user = findUser(tenant, id)
    if (user === undefined || user.isSuspended) return undefined
    return {
      accountId: user.id,
      claims: () => ({
        sub: user.id,
        name: user.name,
        preferred_username: user.username,
        picture: user.avatar,
        updated_at: user.updatedAt,
        username: user.username,
        created_at: user.createdAt,
        email: user.primaryEmail,
        email_verified: user.primaryEmail !== null,
        roles: rolesOf(tenant, user.roleIds).map(({ name }) => name)
      })
    }
  }
}
