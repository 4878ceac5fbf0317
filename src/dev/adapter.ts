import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import { InvalidClient, InvalidGrant, InvalidRequest } from './engine.js'
import { toClientMetadata } from './clients.js'
import type { KeyValueStore, Payload } from './store.js'
import { findApplication, type Tenant } from './tenant/tenant.js'

/** Logto takes a rotated refresh token once more for a moment, for clients that ask twice at once. */
const refreshTokenReuseSeconds = 3

const nowInSeconds = (): number => Math.floor(Date.now() / 1000)

function withinReuse (payload: Payload): boolean {
  return typeof payload.consumed === 'number' &&
    nowInSeconds() - payload.consumed < refreshTokenReuseSeconds
}

class StoreAdapter implements Adapter {
  readonly #model: string
  readonly #store: KeyValueStore

  constructor (model: string, store: KeyValueStore) {
    this.#model = model
    this.#store = store
  }

  async find (id: string): Promise<AdapterPayload | undefined> {
    const payload = await this.#store.get(this.#model, id)
    if (payload !== undefined && this.#model === 'RefreshToken' && withinReuse(payload)) {
      delete payload.consumed
    }
    return payload
  }

  async findByUid (uid: string): Promise<AdapterPayload | undefined> {
    return await this.#store.findByUid(this.#model, uid)
  }

  async findByUserCode (userCode: string): Promise<AdapterPayload | undefined> {
    return await this.#store.findByUserCode(this.#model, userCode)
  }

  async upsert (id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    // PostgreSQL knows no NUL in a text; a request that carries one is at fault, not the server.
    if (JSON.stringify(payload).includes('\\u0000')) {
      throw new InvalidRequest('a parameter contains a NUL character')
    }
    await this.#store.set(this.#model, id, payload, expiresIn)
  }

  /**
   * oidc-provider looks at `consumed` first and calls this after it. Of two requests that come with
   * the same code at the same moment both get here; the store lets one through.
   */
  async consume (id: string): Promise<void> {
    const first = await this.#store.consume(this.#model, id)
    if (!first && this.#model !== 'RefreshToken') throw new InvalidGrant('already used')
  }

  async destroy (id: string): Promise<void> {
    await this.#store.delete(this.#model, id)
  }

  async revokeByGrantId (grantId: string): Promise<void> {
    await this.#store.revokeByGrantId(this.#model, grantId)
  }
}

/** Clients are the tenant's applications. For whoever is unknown Logto answers 400. */
class Applications extends StoreAdapter {
  readonly #tenant: Tenant

  constructor (model: string, store: KeyValueStore, tenant: Tenant) {
    super(model, store)
    this.#tenant = tenant
  }

  override async find (id: string): Promise<AdapterPayload | undefined> {
    const application = findApplication(this.#tenant, id)
    // The engine fetches the metadata document, which is such a client's id.
    if (application === undefined && this.#tenant.data.cimd.enabled && id.startsWith('https://')) return undefined
    if (application === undefined) throw new InvalidClient(`invalid client ${id}`, 'client not found')
    return toClientMetadata(application) as AdapterPayload
  }
}

/** oidc-provider's adapter over a store: one for each kind of thing that it keeps. */
export function createAdapterFactory (store: KeyValueStore, tenant: Tenant): AdapterFactory {
  return model => model === 'Client' ? new Applications(model, store, tenant) : new StoreAdapter(model, store)
}
