import { Challenged, type ApiRequest, type CallApi } from '../api.js'
import { refresh, type Tokens } from '../authorization.js'
import type { Session } from '../session/store.js'
import type { Call } from './answers.js'

/**
 * Calls the API with the session's token. One that has run out (401 `invalid_token`) is exchanged
 * once, by the refresh token; if that is not to be had either, the 401 goes to the caller.
 */
export function callerFor (session: Session, api: CallApi): Call {
  return async function call (request: ApiRequest) {
    const used = session.tokens
    try {
      return await api(request, used?.accessToken)
    } catch (error) {
      if (used === undefined || !isExpired(error)) throw error
      await renewTokens(session, used)
      if (session.tokens === undefined) throw error
      return await api(request, session.tokens.accessToken)
    }
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
