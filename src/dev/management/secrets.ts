import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import type { Secret } from '../tenant/entities.js'
import { makeSecret } from '../tenant/make.js'
import { applicationById } from './applications.js'
import { bodyOf, pathOf } from './input.js'
import { RequestError, notFound } from './request-error.js'
import type { RouteOptions } from './routes.js'

const newSecret = z.object({ name: z.string().min(1).max(256), expiresAt: z.number().nullish() })

/** `/api/applications/{id}/secrets`: several at a time, told apart by name. */
export async function secrets (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const found = (id: string, name: string): Secret => {
    const secret = applicationById(tenant, id).secrets.find(one => one.name === name)
    if (secret === undefined) throw notFound()
    return secret
  }
  const requireFreeName = (id: string, name: string): void => {
    if (applicationById(tenant, id).secrets.some(secret => secret.name === name)) throw new RequestError(422, 'application.secret_name_exists', 'Secret name already exists.')
  }

  app.get('/applications/:id/secrets', async request => applicationById(tenant, pathOf(request, 'id')).secrets)
  app.post('/applications/:id/secrets', async (request, reply) => {
    const application = applicationById(tenant, pathOf(request, 'id'))
    const { name, expiresAt = null } = bodyOf(request, newSecret)
    if (expiresAt !== null && expiresAt <= Date.now()) {
      throw new RequestError(400, 'request.invalid_input', 'Input is invalid. The value of `expiresAt` must be in the future.')
    }
    requireFreeName(application.id, name)
    const secret = makeSecret(application.id, { name, expiresAt })
    await tenant.change(() => { application.secrets.push(secret) })
    return reply.code(201).send(secret)
  })
  app.patch('/applications/:id/secrets/:name', async request => {
    const secret = found(pathOf(request, 'id'), pathOf(request, 'name'))
    const { name } = bodyOf(request, newSecret.pick({ name: true }))
    if (name !== secret.name) requireFreeName(secret.applicationId, name)
    return tenant.change(() => Object.assign(secret, { name }))
  })
  app.delete('/applications/:id/secrets/:name', async (request, reply) => {
    const { applicationId, name } = found(pathOf(request, 'id'), pathOf(request, 'name'))
    const application = applicationById(tenant, applicationId)
    await tenant.change(() => { application.secrets = application.secrets.filter(secret => secret.name !== name) })
    return reply.code(204).send()
  })
  app.delete('/applications/:id/legacy-secret', async request => {
    applicationById(tenant, pathOf(request, 'id'))
    throw new RequestError(400, 'application.no_legacy_secret_found', 'The application does not have a legacy secret.')
  })
}
