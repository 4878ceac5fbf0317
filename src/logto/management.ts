import { setTimeout as pause } from 'node:timers/promises'
import { createApiClient } from '@logto/api/management'
import { LogtoError } from './error.js'
import { failureOf, unreachable } from './failures.js'
import { fetchWhole } from './fetch-whole.js'
import { createManagementToken, type ManagementCredentials } from './management-token.js'

export type ManagementApi = ReturnType<typeof createApiClient>

export interface ManagementOptions extends ManagementCredentials {
  /** Waits between tries; tests exchange it. Milliseconds. */
  wait?: (milliseconds: number) => Promise<unknown>
  /** Milliseconds for one request, its whole answer included. */
  timeout?: number
}

/** What a call of the typed client resolves to. */
interface Outcome<T> { data?: T, error?: unknown, response: Response }

export type Management = ReturnType<typeof createManagement>

/** Milliseconds for one request. */
const TIMEOUT = 10_000
/** How often a request is tried again when Logto asks to wait (429). */
const TRIES = 3
/** Longest time that one asked-for wait is heeded; seconds. */
const MAX_WAIT = 30

/**
 * Logto's Management API through the typed client of @logto/api, with what that leaves out:
 * a time limit, no redirects, one new token after a 401, waiting when Logto asks for it, and errors in words.
 */
export function createManagement ({ wait = pause, timeout = TIMEOUT, ...credentials }: ManagementOptions) {
  const tokens = createManagementToken({ ...credentials, timeout })
  const api = createApiClient({ baseUrl: credentials.endpoint, getToken: tokens.get })
  // An answer from here goes straight to the caller: this does the sending in the client's stead.
  api.use({ onRequest: ({ request }) => send(request) })

  async function send (request: Request, tries = TRIES, renewed = false): Promise<Response> {
    const response = await fetchWhole(request.clone(), timeout)
    if (response.status === 401 && !renewed) {
      tokens.drop((request.headers.get('authorization') ?? '').slice('Bearer '.length))
      request.headers.set('authorization', `Bearer ${await tokens.get()}`)
      return send(request, tries, true)
    }
    const seconds = Number(response.headers.get('retry-after') ?? 1)
    if (response.status !== 429 || tries <= 1 || !(seconds <= MAX_WAIT)) return response
    await wait(Math.max(seconds, 0) * 1000)
    return send(request, tries - 1, renewed)
  }

  /**
   * One call, its failure in words.
   * @param step what is being done, to be read after "could not"
   * @throws LogtoError
   */
  async function ask<T> (step: string, call: (api: ManagementApi) => Promise<Outcome<T>>): Promise<NonNullable<T>> {
    const { data, error, response } = await call(api).catch((cause: unknown) => { throw about(step, cause) })
    if (!response.ok) throw failureOf(step, response, error)
    return data as NonNullable<T>
  }

  /** The same where it may be that there is nothing: `undefined` for a 404. */
  async function find<T> (step: string, call: (api: ManagementApi) => Promise<Outcome<T>>): Promise<NonNullable<T> | undefined> {
    try {
      return await ask(step, call)
    } catch (error) {
      if (error instanceof LogtoError && error.failure === 'not_found') return undefined
      throw error
    }
  }

  return { ask, find, endpoint: credentials.endpoint }
}

/** A token's failure keeps its own step; what is no JSON where there should be some is not Logto's answer. */
function about (step: string, cause: unknown): LogtoError {
  if (cause instanceof SyntaxError) return new LogtoError({ failure: 'server', step, reason: 'The answer is not JSON.', cause })
  return unreachable(step, cause)
}
