import { changeClient } from './change.js'
import type { ClientContext } from './context.js'
import { createClient } from './creation.js'
import { removeClient } from './deletion.js'
import { inWords } from './failures.js'
import { clientInformation, type ClientInformation } from './information.js'
import { createMetadataRules } from './metadata.js'
import { rotateSecret } from './rotation.js'
import type { Owner } from './store.js'

export interface ClientsOptions extends ClientContext {
  /** Names that no client may look like. */
  reservedNames: readonly string[]
  /** The service's own origin (`PUBLIC_URL`); no client may be sent codes there. */
  ownOrigin: string
  /** Most clients of one developer. */
  limit?: number
  /** Most clients that have registered without a person, all together. */
  openLimit?: number
}

export type Clients = ReturnType<typeof createClients>

/** Most clients of one developer, unless the service is told another number. */
export const MAX_CLIENTS = 10
export const MAX_OPEN_CLIENTS = 100

/**
 * Registered clients, with RFC 7591 metadata in and out. Every call takes the owner (the token's
 * `sub`) and only ever touches clients of that owner. Does NOT check scopes of tokens.
 *
 * All but the reading ones throw MetadataError for metadata that can't be taken, and Problem
 * `registration_unavailable` when Logto does not do its part.
 */
export function createClients ({ reservedNames, ownOrigin, limit = MAX_CLIENTS, openLimit = MAX_OPEN_CLIENTS, ...context }: ClientsOptions) {
  const rules = createMetadataRules({ reservedNames, ownOrigin })
  const { store } = context

  return {
    /** Oldest first. */
    async list (owner: string): Promise<ClientInformation[]> {
      return (await store.list(owner)).map(row => clientInformation(row))
    },

    /** @throws Problem `client_not_found` */
    async get (owner: string, clientId: string): Promise<ClientInformation> {
      return clientInformation(await store.find(owner, clientId))
    },

    /**
     * @param owner `null` for a client that registers without a person
     * @throws Problem `client_limit_reached`
     */
    async create (owner: Owner, body: unknown): Promise<ClientInformation> {
      const metadata = rules.read(body)
      const { row, secret } = await inWords(() => createClient(context, { owner, metadata, limit: owner === null ? openLimit : limit }))
      return clientInformation(row, secret)
    },

    /** @throws Problem `client_not_found`, `client_busy`, `client_gone` */
    async change (owner: string, clientId: string, body: unknown): Promise<ClientInformation> {
      return clientInformation(await inWords(() => changeClient(context, owner, clientId, current => rules.merge(current, body))))
    },

    /**
     * @param overlap seconds that the secret in use works on
     * @throws Problem `client_not_found`, `client_busy`, `client_gone`, `client_without_secret`
     */
    async rotate (owner: string, clientId: string, overlap: number): Promise<ClientInformation> {
      const { row, secret } = await inWords(() => rotateSecret(context, owner, clientId, overlap))
      return clientInformation(row, secret)
    },

    /** @throws Problem `client_not_found` */
    async remove (owner: string, clientId: string): Promise<void> {
      await inWords(() => removeClient(context, owner, clientId))
    }
  }
}
