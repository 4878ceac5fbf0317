import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import type { RoleRecord } from '../tenant/entities.js'
import { makeRole } from '../tenant/make.js'
import { own } from '../tenant/tenant.js'
import { bodyOf, pathOf, queryOf } from './input.js'
import { paginated, searched } from './pagination.js'
import { RequestError, notFoundWithId } from './request-error.js'
import { without, type RouteOptions } from './routes.js'
import { shownUser } from './users.js'

const roleType = z.enum(['User', 'MachineToMachine'])
const ids = z.string().min(1).array()
const newRole = z.object({ name: z.string().min(1), description: z.string().min(1), type: roleType.optional(), isDefault: z.boolean().optional(), scopeIds: ids.optional() })
const changedRole = z.object({ name: z.string().min(1), description: z.string().min(1), isDefault: z.boolean() }).partial()
const FEATURED = 3

const shown = (role: RoleRecord) => without(role, 'scopeIds')

/** `/api/roles`, their scopes and users. */
export async function roles (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const { data } = tenant
  const found = (id: string): RoleRecord => {
    const role = own(data.roles, id)
    if (role === undefined) throw notFoundWithId('roles', id)
    return role
  }
  const requireFreeName = (name: string, except?: string): void => {
    if (Object.values(data.roles).some(role => role.name === name && role.id !== except)) {
      throw new RequestError(422, 'role.name_in_use', `This role name ${name} is already in use`)
    }
  }
  const requireScopes = (scopeIds: readonly string[]): void => {
    for (const id of scopeIds) if (own(data.scopes, id) === undefined) throw notFoundWithId('scopes', id)
  }
  const holders = (role: RoleRecord) => ({
    users: Object.values(data.users).filter(user => user.roleIds.includes(role.id)),
    applications: Object.values(data.applications).filter(application => application.roleIds.includes(role.id))
  })

  app.get('/roles', async (request, reply) => {
    const { type } = queryOf(request, z.object({ type: roleType.optional() }))
    const list = searched(request, Object.values(data.roles).filter(role => type === undefined || role.type === type), ['name', 'description', 'id'])
    return paginated(request, reply, list, { optional: false }).map(role => {
      const { users, applications } = holders(role)
      return {
        ...shown(role),
        usersCount: users.length,
        featuredUsers: users.slice(0, FEATURED).map(({ id, avatar, name }) => ({ id, avatar, name })),
        applicationsCount: applications.length,
        featuredApplications: applications.slice(0, FEATURED).map(({ id, name, type }) => ({ id, name, type }))
      }
    })
  })
  app.post('/roles', async request => {
    const body = bodyOf(request, newRole)
    requireFreeName(body.name)
    requireScopes(body.scopeIds ?? [])
    const role = makeRole(body)
    await tenant.change(data => { data.roles[role.id] = role })
    return shown(role)
  })
  app.get('/roles/:id', async request => shown(found(pathOf(request, 'id'))))
  app.patch('/roles/:id', async request => {
    const role = found(pathOf(request, 'id'))
    const body = bodyOf(request, changedRole)
    if (body.name !== undefined) requireFreeName(body.name, role.id)
    return shown(await tenant.change(() => Object.assign(role, body)))
  })
  app.delete('/roles/:id', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    await tenant.change(data => {
      Reflect.deleteProperty(data.roles, id)
      for (const holder of [...Object.values(data.users), ...Object.values(data.applications)]) holder.roleIds = holder.roleIds.filter(one => one !== id)
    })
    return reply.code(204).send()
  })

  const scopesWithResource = (role: RoleRecord) => role.scopeIds.flatMap(id => {
    const scope = own(data.scopes, id)
    return scope === undefined ? [] : [{ ...scope, resource: data.resources[scope.resourceId] }]
  })
  app.get('/roles/:id/scopes', async (request, reply) => paginated(request, reply, scopesWithResource(found(pathOf(request, 'id'))), { optional: true }))
  app.post('/roles/:id/scopes', async (request, reply) => {
    const role = found(pathOf(request, 'id'))
    const { scopeIds } = bodyOf(request, z.object({ scopeIds: ids.nonempty() }))
    for (const id of scopeIds) {
      if (role.scopeIds.includes(id)) throw new RequestError(422, 'role.scope_exists', `The scope id ${id} has already been added to this role`)
    }
    requireScopes(scopeIds)
    await tenant.change(() => { role.scopeIds.push(...scopeIds) })
    return reply.code(201).send(scopesWithResource(role).map(scope => without(scope, 'resource')))
  })
  app.delete('/roles/:id/scopes/:scopeId', async (request, reply) => {
    const role = found(pathOf(request, 'id'))
    const scopeId = pathOf(request, 'scopeId')
    if (!role.scopeIds.includes(scopeId)) throw new RequestError(404, 'entity.not_found', 'The resource does not exist.')
    await tenant.change(() => { role.scopeIds = role.scopeIds.filter(id => id !== scopeId) })
    return reply.code(204).send()
  })

  app.get('/roles/:id/users', async (request, reply) =>
    paginated(request, reply, holders(found(pathOf(request, 'id'))).users, { optional: false }).map(shownUser))
  app.post('/roles/:id/users', async (request, reply) => {
    const role = found(pathOf(request, 'id'))
    const { userIds } = bodyOf(request, z.object({ userIds: ids.nonempty() }))
    const users = userIds.map(id => {
      const user = own(data.users, id)
      if (user === undefined) throw notFoundWithId('users', id)
      if (user.roleIds.includes(role.id)) throw new RequestError(422, 'role.user_exists', `The user id ${id} is already been added to this role`)
      return user
    })
    await tenant.change(() => { for (const user of users) user.roleIds.push(role.id) })
    return reply.code(201).type('text/plain; charset=utf-8').send('Created')
  })
}
