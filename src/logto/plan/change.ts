import type { DesiredApplication, DesiredResource, DesiredRole } from '../desired.js'
import type { ConsentType, ScopeName, WantedConsent } from './tenant-state.js'

export type Kind = 'resource' | 'scope' | 'role' | 'role-scopes' | 'application' | 'consent-scopes' | 'default-resource' | 'cimd' | 'cimd-consent-scopes'

/** One difference between the tenant and the code. */
export interface Change {
  action: 'create' | 'update' | 'delete'
  kind: Kind
  /** To be read after "create the": `role "Weather user"`. */
  subject: string
  details: Detail[]
}

export type Value = string | number | boolean | null | readonly string[]

/** What it is now and what it would be; without `from` it is new, without `to` it goes. */
export interface Detail { name: string, from?: Value, to?: Value }

/** What each kind of step needs to know. Names, not ids, where the thing may not be there yet. */
export interface Steps {
  'create resource': { resource: DesiredResource }
  'update resource': { id: string, accessTokenTtl: number }
  'create scope': { indicator: string, name: string, description: string }
  'update scope': { resourceId: string, scopeId: string, description: string }
  'delete scope': { resourceId: string, scopeId: string }
  'create role': { role: DesiredRole, scopes: ScopeName[] }
  'make role default': { id: string }
  'add role scopes': { id: string, scopes: ScopeName[] }
  'remove role scope': { id: string, scopeId: string }
  'create application': { application: DesiredApplication }
  'update application': { id: string, application: DesiredApplication, prune: boolean }
  'delete application': { id: string }
  'add consent scopes': { key: DesiredApplication['key'], consent: WantedConsent[] }
  'remove consent scope': { id: string, type: ConsentType, scopeId: string }
  'make resource default': { indicator: string }
  'enable cimd': object
  'add cimd consent scopes': { consent: WantedConsent[] }
  'remove cimd consent scope': { type: ConsentType, scopeId: string }
}

export type Step = { [K in keyof Steps]: { do: K } & Steps[K] }[keyof Steps]

/** A change, and how it is made. */
export interface PlannedChange extends Change { step: Step }

/** Something of ours in the tenant that the code does not know. It stays unless `--prune` is asked. */
export interface Unmanaged {
  kind: Kind
  subject: string
  /** What is more than wanted, such as `redirect URIs`. */
  name: string
  values: string[]
  /** Whether somebody may get more than the catalogue allows. */
  warning: boolean
}

export type Finding =
  { change: PlannedChange } |
  { unmanaged: Unmanaged } |
  /** What Logto can't do, or nobody but a person can decide: nothing is applied until it is settled. */
  { conflict: string } |
  { note: string }

export interface Comparison {
  /** In the order in which they are to be made. */
  changes: PlannedChange[]
  unmanaged: Unmanaged[]
  conflicts: string[]
  notes: string[]
}
