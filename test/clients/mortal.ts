import type { Registration } from '../../src/clients/index.js'
import { createClientStore } from '../../src/clients/store.js'
import type { Queries } from '../../src/db/index.js'
import type { Management } from '../../src/logto/management.js'
import type { ManagementCredentials } from '../../src/logto/management-token.js'
import { agent, type World } from './world.js'

/** The end of a process, as far as the code under test can tell: an error that it does not know. */
export class Killed extends Error {
  override name = 'Killed'
}

/** The same object, but each call of one of its methods is announced first; an error there keeps it from being made. */
function announced<T extends object> (target: T, announce: (call: string) => void): T {
  return new Proxy(target, {
    get (object, name, receiver) {
      const member: unknown = Reflect.get(object, name, receiver)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        announce(typeof args[0] === 'string' ? args[0] : String(name))
        return Reflect.apply(member, object, args) as unknown
      }
    }
  })
}

/** Database and Logto as one process uses them that dies when it is about to make its call number `last` + 1. */
export function mortalParts (db: Queries, management: Management, last: number, die: (call: string) => void = call => { throw new Killed(call) }) {
  let calls = 0
  const announce = (call: string) => {
    calls += 1
    if (calls > last) die(call)
  }
  return { store: announced(createClientStore(db), announce), management: announced(management, announce) }
}

/** Runs something in a process that lives for `last` calls. @returns whether it died */
export function mortalRunner ({ start, database: { queries }, management }: World) {
  return async (last: number, run: (registration: Registration) => Promise<unknown>): Promise<boolean> => {
    try {
      await run(start(mortalParts(queries, management, last)))
      return false
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      return true
    }
  }
}

type Clients = Registration['clients']

/** What a process is to do, and how far it gets. */
export interface MortalTask {
  dataDir: string
  credentials: ManagementCredentials
  operation: keyof typeof operations
  owner: string
  clientId: string
  last: number
}

/** Each kind of operation, on a client that is there already where it needs one. */
export const operations = {
  create: (clients, owner) => clients.create(owner, agent),
  'create a public one': (clients, owner) => clients.create(owner, { ...agent, token_endpoint_auth_method: 'none' }),
  change: (clients, owner, clientId) => clients.change(owner, clientId, { client_name: 'Snow Today', scope: 'read:weather write:places', redirect_uris: ['http://localhost/'] }),
  rotate: (clients, owner, clientId) => clients.rotate(owner, clientId, 600),
  'rotate twice': async (clients, owner, clientId) => {
    await clients.rotate(owner, clientId, 86_400)
    await clients.rotate(owner, clientId, 86_400)
  },
  'rotate without overlap': (clients, owner, clientId) => clients.rotate(owner, clientId, 0),
  remove: (clients, owner, clientId) => clients.remove(owner, clientId)
} satisfies Record<string, (clients: Clients, owner: string, clientId: string) => Promise<unknown>>
