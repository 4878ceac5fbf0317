import { createHash, timingSafeEqual } from 'node:crypto'
import type { Scope } from '../scopes.js'
import { seed } from './seed.js'
import type { SeedClient, SeedUser } from './seed.js'
import type { UserRecord } from './tenant/entities.js'
import { findUserByName, type Tenant } from './tenant/tenant.js'

/** Who and what the tenant is given at the start. Injected, so that a test can bring its own. */
export interface Directory {
  readonly roles: Readonly<Record<string, readonly Scope[]>>
  readonly users: readonly SeedUser[]
  readonly clients: readonly SeedClient[]
}

export const seedDirectory: Directory = {
  roles: seed.roles,
  users: Object.values(seed.users),
  clients: Object.values(seed.clients)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * The user with this name and password. Digests of equal length are compared in constant time, and
 * an unknown name costs the same comparison, so that the time tells neither names nor passwords.
 */
export function checkPassword (tenant: Tenant, username: string, password: string): UserRecord | undefined {
  const user = findUserByName(tenant, username)
  const same = timingSafeEqual(digest(user?.password ?? ''), digest(password))
  return same && user?.password != null && !user.isSuspended ? user : undefined
}
