import type { Tenant } from '../tenant/tenant.js'

export interface RouteOptions { tenant: Tenant }

/** What is shown of a record: without the members that only the tenant knows. */
export function without<T extends object, K extends keyof T> (record: T, ...members: K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !members.includes(name as K))) as Omit<T, K>
}
