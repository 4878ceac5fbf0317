import type { FastifyInstance } from 'fastify'
import { revoke } from '../authorization.js'
import { homePage } from '../pages/home.js'
import { currentSession, forgetSession } from '../session/cookie.js'
import type { SessionStore } from '../session/store.js'

/** Signing out: forgets everything about this browser, and takes the refresh token back. */
export async function signOutRoutes (app: FastifyInstance, { sessions, model }: { sessions: SessionStore, model?: string }): Promise<void> {
  app.post('/sign-out', async (request, reply) => {
    const session = currentSession(request, sessions)
    forgetSession(request)
    if (session === undefined) return reply.redirect('/signed-out', 303)
    sessions.end(session)
    // A refresh under way may bring another refresh token; that is the one to take back.
    await session.refreshing?.catch(() => {})
    const { tokens } = session
    session.tokens = undefined
    const revoked = tokens === undefined || await revoke(tokens)
    return reply.redirect(revoked ? '/signed-out' : '/signed-out?here-only', 303)
  })

  app.get<{ Querystring: Record<string, unknown> }>('/signed-out', async (request, reply) => {
    const notice = 'here-only' in request.query
      ? 'You are signed out. WeatherBot has forgotten its tokens, but could not tell the sign-in server to take them back.'
      : 'You are signed out. WeatherBot has forgotten its tokens, and cannot get new ones without you.'
    return reply.send(homePage({ permissions: [], model, notice }))
  })
}
