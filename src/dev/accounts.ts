import type { Account } from 'oidc-provider'
import { findUser } from './directory.js'
import type { Directory } from './directory.js'

/** When the seeded users were made; Logto counts these two claims in milliseconds. */
const seededAt = Date.UTC(2026, 0, 1)

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

/** oidc-provider's `findAccount`: all claims of a user; it leaves out those whose scope is missing. */
export function accountFinder (directory: Directory) {
  return (_ctx: unknown, id: string): Account | undefined => {
    const user = findUser(directory, id)
    if (user === undefined) return undefined
    return {
      accountId: user.id,
      claims: () => ({
        sub: user.id,
        name: user.name,
        preferred_username: user.username,
        picture: null,
        updated_at: seededAt,
        username: user.username,
        created_at: seededAt,
        email: user.email,
        email_verified: true,
        roles: user.roles
      })
    }
  }
}
