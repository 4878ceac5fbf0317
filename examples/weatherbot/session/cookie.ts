import { randomBytes } from 'node:crypto'
import secureSession from '@fastify/secure-session'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Session, SessionStore } from './store.js'

declare module '@fastify/secure-session' {
  interface SessionData {
    /** Names a session of WeatherBot's `SessionStore`; the cookie holds nothing else. */
    weatherBotSession: string
  }
}

/**
 * The session cookie. Its key lives as long as the process, as the sessions do. `SameSite=Lax` and
 * not `Strict`: the callback from the authorization server must bring it.
 */
async function sessionCookie (app: FastifyInstance, { secure }: { secure: boolean }) {
  await app.register(secureSession, {
    key: randomBytes(32),
    // Cookies don't tell ports apart, so the name must be our own. `__Host-` binds it to this host and to https.
    cookieName: secure ? '__Host-weatherbot' : 'weatherbot',
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure }
  })
}

export default fp(sessionCookie, { name: 'weatherbot-session-cookie', fastify: '5.x' })

/** The session that a request belongs to, if there is one. */
export function currentSession (request: FastifyRequest, sessions: SessionStore): Session | undefined {
  const id = request.session.get('weatherBotSession')
  return id === undefined ? undefined : sessions.find(id)
}

/** Makes the answer to a request set the session's cookie. */
export function rememberSession (request: FastifyRequest, { id }: Session): void {
  request.session.set('weatherBotSession', id)
}

/** Makes the answer to a request delete the cookie. */
export function forgetSession (request: FastifyRequest): void {
  request.session.delete()
}
