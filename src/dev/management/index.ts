import type { FastifyInstance } from 'fastify'
import type { JWK } from 'oidc-provider'
import type { Tenant } from '../tenant/tenant.js'
import { applications } from './applications.js'
import { managementAuthentication } from './authentication.js'
import { cimd } from './cimd.js'
import { consentScopes } from './consent-scopes.js'
import { RequestError } from './request-error.js'
import { resources } from './resources.js'
import { roles } from './roles.js'
import { secrets } from './secrets.js'
import { settings } from './settings.js'
import { users } from './users.js'

export interface ManagementApiOptions {
  tenant: Tenant
  issuer: string
  /** The server's own signing key. */
  key: JWK
}

/**
 * The part of Logto's Management API that setting up a tenant and registering agents use, at Logto's
 * paths and with Logto's answers. What it does not know is a 404, as an unknown route is there.
 */
export async function managementApi (app: FastifyInstance, { tenant, issuer, key }: ManagementApiOptions): Promise<void> {
  const authenticate = managementAuthentication({ issuer, key })
  app.addHook('onRequest', async ({ headers }) => { await authenticate(headers.authorization) })
  acceptOnlyJson(app)
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof RequestError) return await reply.code(error.status).send(error.body)
    // Such as JSON that is none: Logto gives the parser's words alone.
    return await reply.code(error.statusCode ?? 500).send({ message: error.message })
  })
  app.setNotFoundHandler(async (_request, reply) => await reply.code(404).type('text/plain; charset=utf-8').send('Not Found'))
  for (const routes of [resources, roles, users, applications, secrets, consentScopes, cimd, settings]) await app.register(routes, { tenant })
}

function acceptOnlyJson (app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      // PostgreSQL knows no NUL in a text.
      done(null, text === '' ? undefined : JSON.parse(text.replaceAll('\\u0000', '')) as unknown)
    } catch (error) {
      done(Object.assign(error as Error, { statusCode: 400 }))
    }
  })
}
