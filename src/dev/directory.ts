import { createHash, timingSafeEqual } from 'node:crypto'
import { seed } from './seed.js'
import type { SeedClient, SeedUser } from './seed.js'
import type { Scope } from '../scopes.js'

/** Who and what the authorization server knows. Injected, so that a test can change roles. */
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

export function findUser ({ users }: Directory, id: string): SeedUser | undefined {
  return users.find(user => user.id === id)
}

export function findClient ({ clients }: Directory, id: string): SeedClient | undefined {
  return clients.find(client => client.id === id)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * The user with this name and password. Digests of equal length are compared in constant time, and
 * an unknown name costs the same comparison, so that the time tells neither names nor passwords.
 */
export function checkPassword (
  { users }: Directory, username: string, password: string
): SeedUser | undefined {
  const user = users.find(candidate => candidate.username === username)
  const same = timingSafeEqual(digest(user?.password ?? ''), digest(password))
  return same ? user : undefined
}

/**
 * The API permissions that a token for this client (and user) may carry: what the client may ask
 * for, cut down to what the roles allow. Without a user (before the sign-in) only the former.
 */
export function grantableScopes (directory: Directory, clientId: string, userId?: string): Scope[] {
  const client = findClient(directory, clientId)
  if (client === undefined) return []
  const roles = client.machineRoles ??
    (userId === undefined ? undefined : findUser(directory, userId)?.roles ?? [])
  if (roles === undefined) return [...client.apiScopes]
  const allowed = new Set(roles.flatMap(role => directory.roles[role] ?? []))
  return client.apiScopes.filter(scope => allowed.has(scope))
}
