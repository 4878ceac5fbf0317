import { isDeepStrictEqual } from 'node:util'
import { eq } from 'drizzle-orm'
import type { Test } from 'tap'
import { createRegistration, type RegistrationOptions } from '../../src/clients/index.js'
import { createClientStore, type ClientRow } from '../../src/clients/store.js'
import { clients } from '../../src/db/schema.js'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import type { Management } from '../../src/logto/management.js'
import { startTenant, tenantApiResource } from '../kit/tenant.js'

export const agent = { client_name: 'Rain Today', redirect_uris: ['https://agent.example.com/cb'], scope: 'read:weather read:places' }
export const MINUTE = 60_000
export const silent = { info () {}, warn () {} }

export type World = Awaited<ReturnType<typeof startWorld>>

/** The registration of clients against a tenant of its own, with a clock that stands still until it is moved. */
export async function startWorld (t: Test) {
  const tenant = await startTenant(t)
  const { database, management, tenant: { data } } = tenant
  let time = Date.parse('2027-03-01T12:00:00.500Z')

  /** A fresh process, as far as this service is concerned. */
  const start = (changes: Partial<RegistrationOptions> = {}) =>
    createRegistration({ db: database.queries, management, resources: [tenantApiResource], reservedNames: ['Scopegate'], ownOrigin: 'https://api.example.test', now: () => time, ...changes })

  return {
    tenant,
    database,
    management,
    start,
    ...start(),
    store: () => createClientStore(database.queries),
    now: () => time,
    /** Moves the clock on; milliseconds. */
    later (milliseconds: number): void { time += milliseconds },
    rows: (owner?: string): Promise<ClientRow[]> => database.queries.select().from(clients).where(owner === undefined ? undefined : eq(clients.owner, owner)),
    /** Applications at Logto that were registered, whoever still knows them. */
    applications: () => Object.values(data.applications).filter(({ customData }) => 'scopegateClient' in customData),
    application (clientId: string) {
      const application = data.applications[clientId]
      if (application === undefined) throw new Error(`there is no application ${clientId}`)
      return application
    },
    /** Names of the permissions an application may ask for. */
    consent: (clientId: string) => consentOf(data, clientId),
    /** Where our rows and Logto's applications differ, or something is still under way; empty: they agree. */
    async disagreements (): Promise<string[]> {
      const rows = await this.rows()
      const orphans = this.applications().filter(({ id }) => !rows.some(row => row.clientId === id)).map(({ id }) => `${id}: nobody's application`)
      return [...orphans, ...rows.flatMap(row => disagreementsOf(row, data))]
    },
    /** What every recovery gets: three passes, far enough from each other and from now. */
    async recover (recovery = start().recovery): Promise<void> {
      for (let pass = 0; pass < 3; pass += 1) {
        time += 2 * MINUTE
        await recovery.pass(silent)
      }
    }
  }
}

function consentOf (data: TenantData, clientId: string): string[] {
  return (data.applications[clientId]?.consent.resourceScopes ?? []).map(id => data.scopes[id]?.name ?? id).sort()
}

/** In what a row and its application differ. */
export function disagreementsOf (row: ClientRow, data: TenantData): string[] {
  const name = row.clientId ?? row.id
  const application = data.applications[name]
  if (row.state !== 'active') return [`${name}: still ${row.state}`]
  if (application === undefined) return [`${name}: no application`]
  const { metadata, secretName, oldSecretName } = row
  const ours = { name: metadata.name, redirectUris: metadata.redirectUris, consent: [...metadata.scopes].sort(), secrets: [oldSecretName, secretName].filter(secret => secret !== null) }
  const theirs = { name: application.name, redirectUris: application.oidcClientMetadata.redirectUris, consent: consentOf(data, name), secrets: application.secrets.map(secret => secret.name) }
  const left = [row.wanted, row.nextSecretName, row.missingAt].some(value => value !== null) ? [`${name}: something is left of an operation`] : []
  return isDeepStrictEqual(ours, theirs) ? left : [...left, `${name}: ${JSON.stringify(ours)} here, ${JSON.stringify(theirs)} at Logto`]
}

type Ask = Management['ask']

/** A Management API of which some steps go otherwise: `instead` is given the step and the call itself. */
export function withSteps (management: Management, instead: (step: string, call: () => Promise<unknown>) => Promise<unknown>): Management {
  const ask: Ask = (step, call) => instead(step, () => management.ask(step, call)) as ReturnType<Ask> as never
  return { ...management, ask }
}

/** Something that can be held up and let go on. */
export function gate () {
  const { promise: reached, resolve: arrive } = withResolver()
  const { promise: opened, resolve: goOn } = withResolver()
  return {
    reached,
    goOn,
    hold: (): Promise<void> => {
      arrive()
      return opened
    }
  }
}

function withResolver () {
  let resolve = (): void => {}
  const promise = new Promise<void>(_resolve => { resolve = _resolve })
  return { promise, resolve }
}

/** `done`, or the code of the error. */
export const outcomeOf = (operation: Promise<unknown>): Promise<string> => operation.then(() => 'done', (error: { code?: string, message: string }) => error.code ?? error.message)
