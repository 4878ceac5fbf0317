import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import type { UserRecord } from '../tenant/entities.js'
import { newUserId } from '../tenant/ids.js'
import { makeUser } from '../tenant/make.js'
import { own, rolesOf } from '../tenant/tenant.js'
import { bodyOf, pathOf } from './input.js'
import { paginated, searched } from './pagination.js'
import { RequestError, notFound, notFoundWithId } from './request-error.js'
import { without, type RouteOptions } from './routes.js'

const newUser = z.object({
  username: z.string().regex(/^[A-Z_a-z]\w*$/).optional(),
  password: z.string().min(1).optional(),
  primaryEmail: z.string().email().optional(),
  name: z.string().optional(),
  customData: z.record(z.unknown()).optional()
})
const roleIdsBody = z.object({ roleIds: z.string().min(1).array().nonempty() })

export const shownUser = (user: UserRecord) => without(user, 'password', 'roleIds')

/** `/api/users` and their roles. */
export async function users (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const { data } = tenant
  const found = (id: string): UserRecord => {
    const user = own(data.users, id)
    if (user === undefined) throw notFound()
    return user
  }

  app.get('/users', async (request, reply) =>
    paginated(request, reply, searched(request, Object.values(data.users), ['id', 'username', 'primaryEmail', 'name']), { optional: false }).map(shownUser))
  app.post('/users', async request => {
    const body = bodyOf(request, newUser)
    const taken = (member: 'username' | 'primaryEmail') => body[member] !== undefined && Object.values(data.users).some(user => user[member] === body[member])
    if (taken('username')) throw new RequestError(422, 'user.username_already_in_use', 'This username is already in use.')
    if (taken('primaryEmail')) throw new RequestError(422, 'user.email_already_in_use', 'This email is associated with an existing account.')
    const user = makeUser({ ...body, id: newUserId(), roleIds: Object.values(data.roles).filter(role => role.isDefault && role.type === 'User').map(({ id }) => id) })
    await tenant.change(data => { data.users[user.id] = user })
    return shownUser(user)
  })
  app.get('/users/:id', async request => shownUser(found(pathOf(request, 'id'))))
  app.patch('/users/:id/is-suspended', async request => {
    const user = found(pathOf(request, 'id'))
    const { isSuspended } = bodyOf(request, z.object({ isSuspended: z.boolean() }))
    return shownUser(await tenant.change(() => Object.assign(user, { isSuspended, updatedAt: Date.now() })))
  })
  app.delete('/users/:id', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    await tenant.change(data => { Reflect.deleteProperty(data.users, id) })
    return reply.code(204).send()
  })

  app.get('/users/:id/roles', async (request, reply) =>
    paginated(request, reply, rolesOf(tenant, found(pathOf(request, 'id')).roleIds), { optional: true }).map(role => without(role as typeof role & { scopeIds: unknown }, 'scopeIds')))
  app.post('/users/:id/roles', async (request, reply) => {
    const user = found(pathOf(request, 'id'))
    const { roleIds } = bodyOf(request, roleIdsBody)
    for (const id of roleIds) {
      const role = own(data.roles, id)
      if (role === undefined) throw notFoundWithId('roles', id)
      if (role.type !== 'User') throw new RequestError(422, 'user.invalid_role_type', 'Invalid role type, can not assign machine-to-machine role to user.')
    }
    const addedRoleIds = roleIds.filter(id => !user.roleIds.includes(id))
    await tenant.change(() => { user.roleIds.push(...addedRoleIds) })
    return reply.code(201).send({ roleIds, addedRoleIds })
  })
  app.delete('/users/:id/roles/:roleId', async (request, reply) => {
    const user = found(pathOf(request, 'id'))
    const roleId = pathOf(request, 'roleId')
    if (!user.roleIds.includes(roleId)) throw notFound()
    await tenant.change(() => { user.roleIds = user.roleIds.filter(id => id !== roleId) })
    return reply.code(204).send()
  })
}
