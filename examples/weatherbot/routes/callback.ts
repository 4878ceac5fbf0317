import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Reply } from '../agent/index.js'
import { writes } from '../agent/intent.js'
import { complete, type Tokens } from '../authorization.js'
import { messagePage } from '../pages/message.js'
import { currentSession, rememberSession } from '../session/cookie.js'
import { takePending, type Pending, type Session } from '../session/store.js'
import { follow, type RouteOptions } from './ask.js'

/** Where the authorization server sends the browser back to. */
export async function callbackRoutes (app: FastifyInstance, options: RouteOptions & { redirectUri: string }): Promise<void> {
  const { agent, sessions, redirectUri } = options

  app.get<{ Querystring: Record<string, unknown> }>('/callback', async (request, reply) => {
    const session = currentSession(request, sessions)
    const pending = session && pendingOf(session, request.query)
    if (session === undefined || pending === undefined) return stranger(reply)
    if (isBare(request)) return denied(reply, session, pending)
    try {
      const callback = new URL(`${redirectUri}?${queryOf(request)}`)
      const answer = await complete(pending.checks, callback)
      if (answer === 'forged') return stranger(reply)
      if (answer === 'denied') return denied(reply, session, pending)
      const renewed = sessions.renew(session)
      if (renewed === undefined) return stranger(reply)
      const isOther = signIn(renewed, answer.tokens)
      rememberSession(request, renewed)
      if (isOther && writes(pending.task)) return follow(reply, renewed, pending.task.question, notTheirs)
      return follow(reply, renewed, pending.task.question, await agent.ask(renewed, pending.task, pending.asked))
    } catch (error) {
      return follow(reply, session, pending.task.question, agent.problem(error))
    }
  })
}

const queryOf = (request: FastifyRequest): string => request.url.split('?').slice(1).join('?')

/** A consent that was cancelled at Logto comes back without any parameter, `state` included. */
const isBare = (request: FastifyRequest): boolean => queryOf(request) === ''

/** Each authorization request is answered once, by its `state`; a bare callback answers the latest. */
function pendingOf (session: Session, query: Record<string, unknown>): Pending | undefined {
  if (Object.keys(query).length === 0) return takePending(session)
  return typeof query['state'] === 'string' ? takePending(session, query['state']) : undefined
}

/** Another person's answers and wishes are not for whoever signed in now. @returns whether there was another */
function signIn (session: Session, tokens: Tokens): boolean {
  const before = session.tokens?.person.sub
  const isOther = before !== undefined && before !== tokens.person.sub
  if (before !== tokens.person.sub) {
    session.exchanges.clear()
    session.confirmations.clear()
  }
  // What nobody was signed in for may still wait in other tabs; each of them has its own consent.
  if (isOther) session.pending.clear()
  session.tokens = tokens
  session.granted = tokens.scopes
  return isOther
}

const notTheirs: Reply = { outcome: { kind: 'denied', text: 'Somebody else has signed in now, so nothing was changed. Ask again if you want it.' }, called: [] }

function denied (reply: FastifyReply, session: Session, { task }: Pending): FastifyReply {
  // Saving may have looked something up before; what is sure is that nothing was saved.
  const nothing = task.intent?.kind === 'save' ? 'saved' : writes(task) ? 'changed' : 'read'
  const text = `You did not allow it; nothing was ${nothing}. If that was a mistake, ask again.`
  return follow(reply, session, task.question, { outcome: { kind: 'denied', text }, called: [] })
}

function stranger (reply: FastifyReply): FastifyReply {
  return reply.code(400).send(messagePage('This sign-in does not belong here',
    'WeatherBot did not start it in this browser, or it has been used or waited too long. Nothing was done. Please ask again.'))
}
