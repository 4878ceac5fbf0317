import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'
import { InvalidClient, InvalidGrant, InvalidRequest } from './engine.js'
import type { KeyValueStore, Payload } from './store.js'

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

/** The clients are static; whoever is looked up here is unknown. Logto answers so, with 400. */
class NoMoreClients extends StoreAdapter {
  override async find (id: string): Promise<never> {
    throw new InvalidClient(`invalid client ${id}`, 'client not found')
  }
}

/** oidc-provider's adapter over a store: one for each kind of thing that it keeps. */
export function createAdapterFactory (store: KeyValueStore): AdapterFactory {
  return model => model === 'Client' ? new NoMoreClients(model, store) : new StoreAdapter(model, store)
}
