import type { FastifyInstance } from 'fastify'
import { applicationById } from './applications.js'
import { addConsent, consentBody, removeConsent, shownConsent } from './consent.js'
import { bodyOf, pathOf } from './input.js'
import { RequestError } from './request-error.js'
import type { RouteOptions } from './routes.js'

/** `/api/applications/{id}/user-consent-scopes`: the most that a third-party app can be allowed. */
export async function consentScopes (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  app.get('/applications/:id/user-consent-scopes', async request => shownConsent(tenant, applicationById(tenant, pathOf(request, 'id')).consent))
  app.post('/applications/:id/user-consent-scopes', async (request, reply) => {
    const application = applicationById(tenant, pathOf(request, 'id'))
    const body = bodyOf(request, consentBody)
    if (!application.isThirdParty) throw new RequestError(422, 'application.third_party_application_only', 'The feature is only available for third-party applications.')
    await tenant.change(() => { addConsent(tenant, application.consent, body) })
    return reply.code(201).type('text/plain; charset=utf-8').send('Created')
  })
  app.delete('/applications/:id/user-consent-scopes/:scopeType/:scopeId', async (request, reply) => {
    const { consent } = applicationById(tenant, pathOf(request, 'id'))
    await tenant.change(() => { removeConsent(consent, pathOf(request, 'scopeType'), pathOf(request, 'scopeId')) })
    return reply.code(204).send()
  })
}
