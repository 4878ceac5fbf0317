import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Agent, Reply } from '../agent/index.js'
import { homePage } from '../pages/home.js'
import { messagePage } from '../pages/message.js'
import { currentSession, rememberSession } from '../session/cookie.js'
import { addExchange, type Session, type SessionStore } from '../session/store.js'

export interface RouteOptions {
  readonly agent: Agent
  readonly sessions: SessionStore
  /** The language model that chooses, if one does. */
  readonly model?: string
}

/** Sends the browser to the answer, or to the authorization server. Each is a page of its own to come back to. */
export function follow (reply: FastifyReply, session: Session, question: string, result: Reply): FastifyReply {
  if ('authorize' in result) return reply.redirect(result.authorize.href, 303)
  return reply.redirect(`/answers/${addExchange(session, { question, outcome: result.outcome, called: result.called })}`, 303)
}

/** What the start page needs to know of a session. */
export const accountOf = (session?: Session) => ({ person: session?.tokens?.person, permissions: session?.tokens?.scopes ?? [] })

/** The start page, the questions and their answers. */
export async function askRoutes (app: FastifyInstance, { agent, sessions, model }: RouteOptions): Promise<void> {
  app.get('/', async (request, reply) => {
    return reply.send(homePage({ ...accountOf(currentSession(request, sessions)), model }))
  })

  app.post('/ask', async (request, reply) => {
    const question = questionOf(request.body)
    if (question === undefined) return reply.code(400).send(messagePage('No question', 'The form came without a question.'))
    const session = currentSession(request, sessions) ?? begin(request)
    return follow(reply, session, question, await agent.ask(session, { question }))
  })

  function begin (request: FastifyRequest): Session {
    const session = sessions.create()
    rememberSession(request, session)
    return session
  }

  app.get<{ Params: { name: string } }>('/answers/:name', async (request, reply) => {
    const session = currentSession(request, sessions)
    const exchange = session?.exchanges.get(request.params.name)
    if (exchange === undefined) {
      return reply.code(404).send(messagePage('This answer is gone', 'WeatherBot keeps the last answers for a while only, and only for whoever asked. Please ask again.'))
    }
    return reply.send(homePage({ ...accountOf(session), model, exchange }))
  })
}

function questionOf (body: unknown): string | undefined {
  const question = typeof body === 'object' && body !== null && 'question' in body ? body.question : undefined
  // Cut above the planner's limit: it says so, and the page does not repeat a novel.
  return typeof question === 'string' ? question.trim().slice(0, 300) : undefined
}
