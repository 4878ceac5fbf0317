import { LogtoError } from '../logto/error.js'
import type { Management } from '../logto/management.js'
import { createConsent } from './consent.js'
import { existed } from './existed.js'
import type { ClientMetadata } from './metadata.js'
import { MetadataError } from './metadata-error.js'
import type { Owner } from './store.js'

export type Applications = ReturnType<typeof createApplications>
export interface ApplicationsOptions {
  management: Management
  /** Indicators of the API resources whose scopes a client gets. */
  resources: readonly string[]
}

/** The member of an application's custom data by which it is found again. */
const MARK = 'scopegateClient'
const PAGE = 100

/** Clients as third-party applications at Logto. Each method is one request, or says how many. @throws LogtoError */
export function createApplications ({ management, resources }: ApplicationsOptions) {
  return {
    ...createConsent({ management, resources }),

    /** @returns its client id. @throws MetadataError where Logto refuses what the developer named */
    async create ({ id, owner, metadata }: { id: string, owner: Owner, metadata: ClientMetadata }): Promise<string> {
      const application = await aboutMetadata(management.ask('create an application for a client', api => api.POST('/api/applications', {
        body: {
          ...shapeOf(metadata),
          // Logto never changes it: a public client stays one.
          type: metadata.authMethod === 'none' ? 'Native' : 'Traditional',
          isThirdParty: true,
          description: 'Registered by its developer through Scopegate',
          customData: { [MARK]: { id, owner } }
        }
      })))
      return application.id
    },

    /** The applications made for a row, one page of third-party ones a request. */
    async findByRow (id: string): Promise<string[]> {
      const found: string[] = []
      for (let page = 1; ; page += 1) {
        const applications = await management.ask('look for the application of a client', api =>
          api.GET('/api/applications', { params: { query: { isThirdParty: 'true', page, page_size: PAGE } } }))
        found.push(...applications.filter(({ customData }) => markOf(customData) === id).map(application => application.id))
        if (applications.length < PAGE) return found
      }
    },

    /**
     * Two requests: Logto replaces the metadata as a whole, and what an operator has added to them stays.
     * @throws MetadataError where Logto refuses what the developer named
     */
    async update (clientId: string, metadata: ClientMetadata): Promise<void> {
      const params = { path: { id: clientId } }
      const { oidcClientMetadata } = await management.ask('read the application of a client', api => api.GET('/api/applications/{id}', { params }))
      await aboutMetadata(management.ask('change the application of a client', api =>
        api.PATCH('/api/applications/{id}', { params, body: shapeOf(metadata, oidcClientMetadata) })))
    },

    /** Done also when it was not there. */
    async remove (clientId: string): Promise<void> {
      await existed(management, 'delete the application of a client', api => api.DELETE('/api/applications/{id}', { params: { path: { id: clientId } } }))
    },

    /** The secret that Logto has given a new application. */
    async firstSecret (clientId: string): Promise<{ name: string, value: string }> {
      const step = 'read the secret of a client'
      const [secret] = await management.ask(step, api => api.GET('/api/applications/{id}/secrets', { params: { path: { id: clientId } } }))
      if (secret === undefined) throw new LogtoError({ failure: 'server', step, reason: 'Logto has made none.' })
      return secret
    },

    /** @returns its value, which nobody else is told */
    async addSecret (clientId: string, name: string): Promise<string> {
      const secret = await management.ask('add a secret to a client', api =>
        api.POST('/api/applications/{id}/secrets', { params: { path: { id: clientId } }, body: { name, expiresAt: null } }))
      return secret.value
    },

    /** @returns whether it was there */
    removeSecret (clientId: string, name: string): Promise<boolean> {
      return existed(management, 'delete a secret of a client', api => api.DELETE('/api/applications/{id}/secrets/{name}', { params: { path: { id: clientId, name } } }))
    }
  }
}

function shapeOf ({ name, redirectUris }: ClientMetadata, held: { postLogoutRedirectUris: Array<Record<string, unknown>> } = { postLogoutRedirectUris: [] }) {
  // Logto's own types say that an address is an object; it is text.
  const addresses = redirectUris as unknown as Array<Record<string, unknown>>
  return { name, oidcClientMetadata: { ...held, redirectUris: addresses } }
}

function markOf (customData: Record<string, unknown>): unknown {
  return (customData[MARK] as { id?: unknown } | null | undefined)?.id
}

/** What Logto refuses of an application, saying why, is what the developer has named. */
async function aboutMetadata<T> (call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof LogtoError && error.failure === 'refused' && error.code !== undefined)) throw error
    throw new MetadataError('invalid_client_metadata', `The authorization server does not take this: ${error.reason}`, { cause: error })
  }
}
