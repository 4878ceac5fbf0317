import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import type { Resource, ResourceScope, TenantData } from '../tenant/entities.js'
import { MANAGEMENT_RESOURCE_ID } from '../tenant/entities.js'
import { makeResource, makeScope } from '../tenant/make.js'
import { makeDefault } from '../tenant/seeding.js'
import { own, scopesOf } from '../tenant/tenant.js'
import { bodyOf, pathOf } from './input.js'
import { paginated, searched } from './pagination.js'
import { RequestError, notFoundWithId } from './request-error.js'
import type { RouteOptions } from './routes.js'

const newResource = z.object({ name: z.string(), indicator: z.string(), accessTokenTtl: z.number().int().positive().optional(), isDefault: z.boolean().optional() })
const changedResource = z.object({ name: z.string().optional(), accessTokenTtl: z.number().int().positive().optional() })
const newScope = z.object({ name: z.string(), description: z.string().nullish() })
const changedScope = newScope.partial()

/** `/api/resources` and their scopes. */
export async function resources (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const { data } = tenant
  const found = (id: string): Resource => {
    const resource = own(data.resources, id)
    if (resource === undefined) throw notFoundWithId('resources', id)
    return resource
  }
  const foundScope = (resourceId: string, id: string): ResourceScope => {
    const scope = own(data.scopes, id)
    if (scope?.resourceId !== resourceId) throw notFoundWithId('scopes', id)
    return scope
  }
  const requireFreeName = (resourceId: string, name: string, except?: string): void => {
    if (/\s/.test(name)) throw new RequestError(400, 'scope.name_with_space', 'The name of the scope cannot contain any spaces.')
    if (scopesOf(tenant, resourceId).some(scope => scope.name === name && scope.id !== except)) {
      throw new RequestError(422, 'scope.name_exists', `The scope name ${name} is already in use`)
    }
  }

  app.get('/resources', async (request, reply) => {
    const list = paginated(request, reply, Object.values(data.resources), { optional: true })
    const withScopes = ['true', '1', 'yes', 'on'].includes(String((request.query as Record<string, unknown>)['includeScopes']))
    return withScopes ? list.map(resource => ({ ...resource, scopes: scopesOf(tenant, resource.id) })) : list
  })
  app.post('/resources', async (request, reply) => {
    const body = bodyOf(request, newResource)
    if (Object.values(data.resources).some(({ indicator }) => indicator === body.indicator)) {
      throw new RequestError(422, 'resource.resource_identifier_in_use', `The API identifier ${body.indicator} is already in use`)
    }
    const resource = makeResource(body)
    await tenant.change(data => { data.resources[resource.id] = resource })
    return reply.code(201).send({ ...resource, scopes: [] })
  })
  app.get('/resources/:id', async request => found(pathOf(request, 'id')))
  app.patch('/resources/:id', async request => {
    const resource = found(pathOf(request, 'id'))
    const body = bodyOf(request, changedResource)
    return tenant.change(() => Object.assign(resource, body))
  })
  app.patch('/resources/:id/is-default', async request => {
    const resource = found(pathOf(request, 'id'))
    const { isDefault } = bodyOf(request, z.object({ isDefault: z.boolean() }))
    return tenant.change(data => {
      if (isDefault) makeDefault(data, resource.id)
      else resource.isDefault = false
      return resource
    })
  })
  app.delete('/resources/:id', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    if (id === MANAGEMENT_RESOURCE_ID) throw new RequestError(400, 'resource.cannot_delete_management_api', 'Cannot delete Logto management API.')
    await tenant.change(data => {
      for (const scope of scopesOf(tenant, id)) removeScope(data, scope.id)
      Reflect.deleteProperty(data.resources, id)
    })
    return reply.code(204).send()
  })

  app.get('/resources/:id/scopes', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    return paginated(request, reply, searched(request, scopesOf(tenant, id), ['name', 'description']), { optional: true })
  })
  app.post('/resources/:id/scopes', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    const { name, description = null } = bodyOf(request, newScope)
    requireFreeName(id, name)
    const scope = makeScope({ resourceId: id, name, description })
    await tenant.change(data => { data.scopes[scope.id] = scope })
    return reply.code(201).send(scope)
  })
  app.patch('/resources/:id/scopes/:scopeId', async request => {
    const { id } = found(pathOf(request, 'id'))
    const scope = foundScope(id, pathOf(request, 'scopeId'))
    const body = bodyOf(request, changedScope)
    if (body.name !== undefined) requireFreeName(id, body.name, scope.id)
    return tenant.change(() => Object.assign(scope, body))
  })
  app.delete('/resources/:id/scopes/:scopeId', async (request, reply) => {
    const { id } = foundScope(found(pathOf(request, 'id')).id, pathOf(request, 'scopeId'))
    await tenant.change(data => { removeScope(data, id) })
    return reply.code(204).send()
  })
}

/** A scope that is gone is gone from roles and ceilings, too. */
function removeScope (data: TenantData, id: string): void {
  Reflect.deleteProperty(data.scopes, id)
  for (const role of Object.values(data.roles)) role.scopeIds = role.scopeIds.filter(one => one !== id)
  for (const consent of [data.cimd.consent, ...Object.values(data.applications).map(application => application.consent)]) {
    consent.resourceScopes = consent.resourceScopes.filter(one => one !== id)
  }
}
