import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/**
 * One line a request: what was called, by whom, how it ended. The route's pattern, not its URL:
 * a query string may hold what does not belong into a log, a token above all.
 */
async function requestLogPlugin (app: FastifyInstance) {
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      sub: request.caller?.sub,
      clientId: request.caller?.clientId
    }, 'request')
    done()
  })
}

export default fp(requestLogPlugin, { name: 'request-log', fastify: '5.x', dependencies: ['require-scopes'] })
