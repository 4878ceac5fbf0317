import type { FastifyInstance } from 'fastify'
import { messagePage } from '../pages/message.js'
import { currentSession } from '../session/cookie.js'
import { follow, type RouteOptions } from './ask.js'

/** The person's yes or no to what a language model wants to change. The form carries a name only; what it stands for is in the session. */
export async function confirmRoutes (app: FastifyInstance, { agent, sessions }: RouteOptions): Promise<void> {
  app.post<{ Body: unknown }>('/confirm', async (request, reply) => {
    const session = currentSession(request, sessions)
    const { confirmation, decision } = fieldsOf(request.body)
    const decided = session && typeof confirmation === 'string' ? await agent.decide(session, confirmation, decision === 'yes') : undefined
    if (session === undefined || decided === undefined) {
      return reply.code(404).send(messagePage('This is gone', 'It has been decided already, or it waited too long. Please ask again.'))
    }
    return follow(reply, session, decided.task.question, decided.reply)
  })
}

const fieldsOf = (body: unknown): Record<string, unknown> => ({ ...(typeof body === 'object' ? body : {}) })
