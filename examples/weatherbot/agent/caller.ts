import type { ApiClient, Tool } from '../api/client.js'
import { Challenged } from '../api/failure.js'
import { refresh, type Tokens } from '../authorization.js'
import type { Session } from '../session/store.js'
import type { Called } from './outcome.js'
import type { Api } from './work.js'

export interface CallerOptions {
  readonly api: ApiClient
  /** What the person was asked for already on account of this question. */
  readonly asked?: readonly string[]
  /** What is called is written down here. */
  readonly called: Called[]
}

/** The API with the session's token. */
export function callerFor (session: Session, { api, asked = [], called }: CallerOptions): Api {
  const needed = new Set<string>()
  const need = (...tools: readonly Tool[]): void => { for (const scope of tools.flatMap(({ scopes }) => scopes)) needed.add(scope) }

  return {
    tools: async () => await withToken(session, async token => await api.tools(token)),
    need,
    async call (tool, args) {
      need(tool)
      checkPermissions()
      called.push({ tool: tool.name, args })
      try {
        return await withToken(session, async token => await api.call(tool, args, token))
      } catch (error) {
        throw named(error, tool, needed)
      }
    }
  }

  /**
   * What the description says is needed and the token does not carry is asked for first. Once: if it is
   * still not there, the API may say what it really wants.
   */
  function checkPermissions (): void {
    const carried = session.tokens?.scopes
    const scopes = [...needed]
    if (carried !== undefined && scopes.some(scope => !carried.includes(scope) && !asked.includes(scope))) {
      throw new Challenged(403, { error: 'insufficient_scope', scopes })
    }
  }
}

/**
 * A challenge that names no permissions is about those in the tool's description. A sign-in is for the whole
 * task: it asks for what the later calls need as well.
 */
function named (error: unknown, { scopes }: Tool, needed: ReadonlySet<string>): unknown {
  if (!(error instanceof Challenged)) return error
  const wanted = error.challenge.scopes.length > 0 ? error.challenge.scopes : scopes
  return new Challenged(error.status, { ...error.challenge, scopes: error.status === 401 ? [...new Set([...wanted, ...needed])] : wanted })
}

/**
 * A token that has run out (401 `invalid_token`) is exchanged once, by the refresh token; if that is
 * not to be had either, the 401 goes to the caller.
 */
async function withToken<T> (session: Session, use: (accessToken?: string) => Promise<T>): Promise<T> {
  const used = session.tokens
  try {
    return await use(used?.accessToken)
  } catch (error) {
    if (used === undefined || !isExpired(error)) throw error
    await renewTokens(session, used)
    if (session.tokens === undefined) throw error
    return await use(session.tokens.accessToken)
  }
}

function isExpired (error: unknown): boolean {
  return error instanceof Challenged && error.status === 401 && error.challenge.error === 'invalid_token'
}

/** One refresh per session at a time: a rotating refresh token used twice would end the grant. */
async function renewTokens (session: Session, used: Tokens): Promise<void> {
  if (session.tokens !== used) return // another request was faster
  session.refreshing ??= replaceTokens(session, used).finally(() => { session.refreshing = undefined })
  await session.refreshing
}

async function replaceTokens (session: Session, used: Tokens): Promise<void> {
  const tokens = await refresh(used)
  if (session.tokens !== used) return // signed in anew or out meanwhile
  session.tokens = tokens
  if (tokens !== undefined) session.granted = tokens.scopes
}
