import type { FastifyInstance } from 'fastify'
import { z } from 'zod/v3'
import { applicationTypes, type ApplicationRecord } from '../tenant/entities.js'
import { makeApplication } from '../tenant/make.js'
import { own, rolesOf, type Tenant } from '../tenant/tenant.js'
import { bodyOf, pathOf, queryOf } from './input.js'
import { paginated, searched } from './pagination.js'
import { RequestError, notFound, notFoundWithId } from './request-error.js'
import { without, type RouteOptions } from './routes.js'

/** Any absolute URI, native apps' own schemes included. */
const redirectUri = z.string().refine(text => URL.canParse(text))
const applicationType = z.enum(applicationTypes)
const members = {
  description: z.string().nullish(),
  oidcClientMetadata: z.object({ redirectUris: redirectUri.array(), postLogoutRedirectUris: z.string().array() }).passthrough().optional(),
  customClientMetadata: z.object({ corsAllowedOrigins: z.string().array().optional(), alwaysIssueRefreshToken: z.boolean().optional(), rotateRefreshToken: z.boolean().optional() }).passthrough().optional(),
  customData: z.record(z.unknown()).optional()
}
const name = z.string().min(1).max(256)
const newApplication = z.object({ name, type: applicationType, isThirdParty: z.boolean().optional(), ...members })
const changedApplication = z.object({ name: name.optional(), ...members })
const listQuery = z.object({
  types: applicationType.array().or(applicationType.transform(type => [type])).optional(),
  isThirdParty: z.union([z.literal('true'), z.literal('false')]).optional()
})

const shown = (application: ApplicationRecord) => without(application, 'secrets', 'roleIds', 'consent')

/** @throws RequestError 404 */
export function applicationById ({ data }: Tenant, id: string): ApplicationRecord {
  const application = own(data.applications, id)
  if (application === undefined) throw notFoundWithId('applications', id)
  return application
}

/** `/api/applications` and the roles of machine-to-machine ones. */
export async function applications (app: FastifyInstance, { tenant }: RouteOptions): Promise<void> {
  const { data } = tenant
  const found = (id: string) => applicationById(tenant, id)

  app.get('/applications', async (request, reply) => {
    const { types, isThirdParty } = queryOf(request, listQuery)
    const list = Object.values(data.applications).filter(application =>
      (types?.includes(application.type) ?? true) && (isThirdParty === undefined || application.isThirdParty === (isThirdParty === 'true')))
    return paginated(request, reply, searched(request, list, ['id', 'name', 'description']), { optional: true }).map(shown)
  })
  app.post('/applications', async request => {
    const body = bodyOf(request, newApplication)
    if (body.isThirdParty === true && !['Traditional', 'SPA', 'Native'].includes(body.type)) {
      throw new RequestError(400, 'application.invalid_third_party_application_type', 'Only traditional web, single-page, and native applications can be marked as third-party apps.')
    }
    const application = makeApplication(defined(body))
    await tenant.change(data => { data.applications[application.id] = application })
    return shown(application)
  })
  app.get('/applications/:id', async request => {
    const application = found(pathOf(request, 'id'))
    return { ...shown(application), isAdmin: false }
  })
  app.patch('/applications/:id', async request => {
    const application = found(pathOf(request, 'id'))
    const body = bodyOf(request, changedApplication)
    // Members of JSON are replaced as a whole.
    return shown(await tenant.change(() => Object.assign(application, defined(body))))
  })
  app.delete('/applications/:id', async (request, reply) => {
    const { id } = found(pathOf(request, 'id'))
    await tenant.change(data => { Reflect.deleteProperty(data.applications, id) })
    return reply.code(204).send()
  })

  const machine = (id: string): ApplicationRecord => {
    const application = found(id)
    if (application.type !== 'MachineToMachine') throw new RequestError(422, 'application.invalid_type', 'Only machine to machine applications can have associated roles.')
    return application
  }
  app.get('/applications/:id/roles', async (request, reply) =>
    paginated(request, reply, rolesOf(tenant, machine(pathOf(request, 'id')).roleIds), { optional: true }).map(role => without(role as typeof role & { scopeIds: unknown }, 'scopeIds')))
  app.post('/applications/:id/roles', async (request, reply) => {
    const application = machine(pathOf(request, 'id'))
    const { roleIds } = bodyOf(request, z.object({ roleIds: z.string().min(1).array().nonempty() }))
    for (const id of roleIds) {
      const role = own(data.roles, id)
      if (role === undefined) throw notFoundWithId('roles', id)
      if (role.type !== 'MachineToMachine') throw new RequestError(422, 'application.invalid_role_type', 'Can not assign user type role to machine to machine application.')
    }
    const addedRoleIds = roleIds.filter(id => !application.roleIds.includes(id))
    await tenant.change(() => { application.roleIds.push(...addedRoleIds) })
    return reply.code(201).send({ roleIds, addedRoleIds })
  })
  app.delete('/applications/:id/roles/:roleId', async (request, reply) => {
    const application = machine(pathOf(request, 'id'))
    const roleId = pathOf(request, 'roleId')
    if (!application.roleIds.includes(roleId)) throw notFound()
    await tenant.change(() => { application.roleIds = application.roleIds.filter(id => id !== roleId) })
    return reply.code(204).send()
  })
}

/** `undefined` in a body means "not named", not "empty". */
function defined<T extends object> (body: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }
}
