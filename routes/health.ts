import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Database } from '../src/db/index.js'

/** `/health/live`: the process answers. `/health/ready`: database and keys are there, too. */
const healthRoutes: FastifyPluginAsyncTypebox<{ database: Database }> = async (app, { database }) => {
  const open = { config: { public: true as const }, schema: { hide: true }, logLevel: 'warn' as const }

  app.get('/health/live', open, async () => ({ status: 'ok' }))

  app.get('/health/ready', open, async (request, reply) => {
    const answered = await database.ping().then(() => true, (error: unknown) => {
      request.log.warn({ err: error }, 'the database does not answer')
      return false
    })
    const checks = { database: answered ? 'ok' : 'unavailable', keys: app.keyStore.ready() ? 'ok' : 'unavailable' }
    const ready = Object.values(checks).every(state => state === 'ok')
    return reply.code(ready ? 200 : 503).header('cache-control', 'no-store').send({ status: ready ? 'ok' : 'unavailable', checks })
  })
}

export default healthRoutes
