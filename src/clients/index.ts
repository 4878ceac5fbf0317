import type { Queries } from '../db/index.js'
import type { Management } from '../logto/management.js'
import { createApplications } from './applications.js'
import type { ClientContext } from './context.js'
import { createRecovery } from './recovery.js'
import { createClients, type ClientsOptions } from './service.js'
import { createClientStore } from './store.js'

export interface RegistrationOptions extends Pick<ClientsOptions, 'reservedNames' | 'ownOrigin' | 'limit' | 'openLimit'>, Partial<ClientContext> {
  db: Queries
  management: Management
  /** Indicators of the API resources whose scopes a client gets. */
  resources: readonly string[]
}

export type Registration = ReturnType<typeof createRegistration>

/** Milliseconds; see `ClientContext`. */
const GRACE = 60_000
const LOOK_AGAIN = 60_000

/** The registration of clients: the service, and the recovery that keeps our rows and Logto in agreement. */
export function createRegistration ({ db, management, resources, reservedNames, ownOrigin, limit, openLimit, ...given }: RegistrationOptions) {
  const context: ClientContext = {
    store: given.store ?? createClientStore(db),
    applications: given.applications ?? createApplications({ management, resources }),
    now: given.now ?? Date.now,
    grace: given.grace ?? GRACE,
    lookAgain: given.lookAgain ?? LOOK_AGAIN
  }
  return {
    clients: createClients({ ...context, reservedNames, ownOrigin, limit, openLimit }),
    recovery: createRecovery(context)
  }
}
