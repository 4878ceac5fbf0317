import { Type, type FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { MAX_TOKEN_LENGTH } from '../../src/auth/bearer.js'

const Me = Type.Object({
  sub: Type.String({ description: 'User the token speaks for; for machine-to-machine clients the client itself' }),
  clientId: Type.String({ description: 'Client the token was issued to' }),
  scopes: Type.Array(Type.String(), { maxItems: MAX_TOKEN_LENGTH / 2, description: 'Permissions the token carries' })
}, { description: 'Whom the access token speaks for', examples: [{ sub: 'user-alice', clientId: 'weatherbot', scopes: ['read:weather', 'read:places'] }] })

/** `GET /v1/me`: what any valid token says. */
const meRoutes: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', {
    onRequest: app.requireScopes(),
    config: { tool: { name: 'who_am_i' } },
    schema: {
      operationId: 'getMe',
      tags: ['Account'],
      summary: 'Who am I?',
      description: 'The user and client that the access token speaks for, and the permissions it carries.',
      response: { 200: Me }
    }
  }, async ({ principal }) => ({ sub: principal.sub, clientId: principal.clientId, scopes: [...principal.scopes] }))
}

export default meRoutes
