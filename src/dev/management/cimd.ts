import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import { addConsent, consentBody, removeConsent, shownConsent } from './consent.js'
import { bodyOf, pathOf } from './input.js'
import type { RouteOptions } from './routes.js'

/** Client ID metadata documents: the switch, and the ceiling for all clients that name themselves so. */
export async function cimd (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const { data: { cimd } } = tenant
  app.get('/configs/cimd', async () => ({ enabled: cimd.enabled }))
  app.patch('/configs/cimd', async request => {
    const { enabled } = bodyOf(request, z.object({ enabled: z.boolean() }))
    await tenant.change(() => { cimd.enabled = enabled })
    return { enabled }
  })
  app.get('/cimd/user-consent-scopes', async () => shownConsent(tenant, cimd.consent))
  app.post('/cimd/user-consent-scopes', async (request, reply) => {
    const body = bodyOf(request, consentBody)
    await tenant.change(() => { addConsent(tenant, cimd.consent, body) })
    return reply.code(201).type('text/plain; charset=utf-8').send('Created')
  })
  app.delete('/cimd/user-consent-scopes/:scopeType/:scopeId', async (request, reply) => {
    await tenant.change(() => { removeConsent(cimd.consent, pathOf(request, 'scopeType'), pathOf(request, 'scopeId')) })
    return reply.code(204).send()
  })
}
