import type { KeyValueStore } from '../store.js'
import type { ApplicationRecord, Resource, ResourceScope, Role, TenantData, UserRecord } from './entities.js'

const MODEL = 'Tenant'
const ID = 'default'

export type Tenant = Awaited<ReturnType<typeof openTenant>>

const emptyTenant = (): TenantData => ({
  resources: {},
  scopes: {},
  roles: {},
  users: {},
  applications: {},
  cimd: { enabled: false, consent: { resourceScopes: [], userScopes: [] } },
  signInExperience: {}
})

/**
 * The tenant of the embedded server: users, apps, API resources, roles. One process holds the data
 * folder, so it is kept in memory and written as a whole at every change, one after the other.
 * @param prepare adds what has to be there, before the first use
 */
export async function openTenant (store: KeyValueStore, prepare: (data: TenantData) => void) {
  const data = { ...emptyTenant(), ...await store.get(MODEL, ID) as Partial<TenantData> | undefined }
  let written: Promise<unknown> = Promise.resolve()

  const write = (): Promise<unknown> => {
    const save = () => store.set(MODEL, ID, { ...data })
    written = written.then(save, save)
    return written
  }

  prepare(data)
  await write()

  return {
    /** For reading; whoever changes it uses `change`. */
    data: data as Readonly<TenantData>,

    /** Changes and writes. An error of `change` itself leaves everything as it was only if it throws before it changes. */
    async change<T> (change: (data: TenantData) => T): Promise<T> {
      const result = change(data)
      await write()
      return result
    }
  }
}

/** Look-ups over a tenant's data. */
export function findApplication ({ data }: Tenant, id: string): ApplicationRecord | undefined {
  return own(data.applications, id)
}

export function findUser ({ data }: Tenant, id: string): UserRecord | undefined {
  return own(data.users, id)
}

export function findUserByName ({ data }: Tenant, username: string): UserRecord | undefined {
  return Object.values(data.users).find(user => user.username === username)
}

export function findResource ({ data }: Tenant, indicator: string): Resource | undefined {
  return Object.values(data.resources).find(resource => resource.indicator === indicator)
}

export function defaultResource ({ data }: Tenant): Resource | undefined {
  return Object.values(data.resources).find(resource => resource.isDefault)
}

export function scopesOf ({ data }: Tenant, resourceId: string): ResourceScope[] {
  return Object.values(data.scopes).filter(scope => scope.resourceId === resourceId)
}

export function rolesOf ({ data }: Tenant, roleIds: readonly string[]): Role[] {
  return roleIds.flatMap(id => own(data.roles, id) ?? [])
}

/** Ids come from outside: `__proto__` and the like name nothing. */
export function own<T> (records: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(records, id) ? records[id] : undefined
}
