import { LogtoError } from '../../error.js'
import type { Management, ManagementApi } from '../../management.js'
import type { ScopeName, WantedConsent } from '../tenant-state.js'
import type { Ids, Name } from './ids.js'

/** What a call of the typed client resolves to. */
interface Outcome<T> { data?: T, error?: unknown, response: Response }

export type Context = ReturnType<typeof createContext>

/** What a step has at hand. @param words of the step, to be read after "could not" */
export function createContext (management: Management, ids: Ids, words: string) {
  /** @throws LogtoError for what is not there, though it was, or was made, a moment ago */
  function idOf (...name: Name): string {
    const id = ids.get(...name)
    if (id === undefined) throw new LogtoError({ failure: 'not_found', step: words, reason: `The ${name.join(' ')} is not there any more.` })
    return id
  }
  const scopeIds = (scopes: readonly ScopeName[]) => scopes.map(({ indicator, name }) => idOf('scope', indicator, name))

  return {
    ids,
    idOf,
    scopeIds,
    ask: <T>(call: (api: ManagementApi) => Promise<Outcome<T>>) => management.ask(words, call),
    /** The body of a request that adds consent scopes. */
    consentBody: (consent: readonly WantedConsent[]) => ({
      resourceScopes: scopeIds(consent.filter(one => one.type === 'resource-scopes')),
      userScopes: consent.filter(one => one.type === 'user-scopes').map(({ name }) => name)
    })
  }
}
