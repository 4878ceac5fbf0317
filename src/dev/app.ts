import helmet from '@fastify/helmet'
import Fastify from 'fastify'
import type { FastifyInstance } from 'fastify'
import type { Provider } from 'oidc-provider'
import { SessionNotFound } from './engine.js'
import { interactions } from './interactions.js'
import { asFormRequest } from './json-body.js'
import { withLogtoMembers } from './logto-answers.js'
import { homePage, problemPage } from './pages/messages.js'
import { style } from './pages/style.js'
import { managementApi } from './management/index.js'
import type { Logger } from './report.js'
import type { SeedUser } from './seed.js'
import type { Tenant } from './tenant/tenant.js'
import type { Keys } from './keys.js'

export interface AppOptions {
  readonly provider: Provider
  readonly tenant: Tenant
  readonly keys: Keys
  /** Whose credentials the pages show. */
  readonly users: readonly SeedUser[]
  readonly logger: Logger | undefined
}

/**
 * No script, no frame, nothing from elsewhere. `form-action` is left out: Chromium applies it to the
 * redirect after a form too, and the consent form ends at the client's address. `script-src` has to
 * stand there for oidc-provider to add the digest of its `form_post` page's script. No
 * Cross-Origin-Opener-Policy: it would cut the docs page off from the window it opened.
 */
const headers = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ['\'none\''],
      'script-src': ['\'self\''],
      'style-src': ['\'self\''],
      'base-uri': ['\'none\''],
      'frame-ancestors': ['\'none\'']
    }
  },
  crossOriginOpenerPolicy: false,
  strictTransportSecurity: false
}

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i

/** oidc-provider under /oidc. It reads forms by itself; JSON bodies are turned into forms for it. */
async function engine (app: FastifyInstance, { provider }: { provider: Provider }): Promise<void> {
  const handle = provider.callback()
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser('*', (_request, _payload, done) => { done(null) })
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) =>
    await reply.code(error.statusCode ?? 500).send(withLogtoMembers('invalid_request', {
      error: 'invalid_request', error_description: 'failed to parse the request body'
    })))
  app.all('/oidc/*', async (request, reply) => {
    const { body } = request
    const raw = typeof body === 'object' && body !== null ? asFormRequest(request.raw, body) : request.raw
    Object.assign(raw, { originalUrl: request.raw.url, url: request.raw.url?.slice('/oidc'.length) })
    reply.hijack()
    await handle(raw, reply.raw)
  })
}

function answerErrors (app: FastifyInstance, logger: Logger | undefined): void {
  app.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    reply.type('text/html; charset=utf-8').header('Cache-Control', 'no-store')
    if (error instanceof SessionNotFound) {
      return await reply.code(400).send(problemPage('This sign-in is over',
        'There is no sign-in under way here. It has expired, was finished or belongs to another tab.'))
    }
    const status = error.statusCode ?? 500
    if (status >= 500) logger?.error({ err: error }, 'embedded authorization server: request failed')
    return await reply.code(status)
      .send(problemPage('This did not work', 'The request could not be processed.'))
  })
  app.setNotFoundHandler(async (_request, reply) => await reply.code(404)
    .type('text/html; charset=utf-8').send(problemPage('Not found', 'There is no such page here.')))
}

/** The web application around the engine: its pages, headers, and /oidc. */
export async function buildAuthorizationServer (
  { provider, tenant, keys, users, logger }: AppOptions
): Promise<FastifyInstance> {
  const app = Fastify({ logger: false })
  answerErrors(app, logger)
  await app.register(helmet, headers)
  // A foreign name that resolves to this machine would make a web page's script a local one.
  app.addHook('onRequest', async (request, reply) => {
    if (!loopbackHost.test(request.headers.host ?? '')) {
      return await reply.code(421).type('text/plain').send('Only as localhost')
    }
  })
  app.get('/', async (_request, reply) =>
    await reply.type('text/html; charset=utf-8').send(homePage(provider.issuer, users)))
  app.get('/style.css', async (_request, reply) => await reply.type('text/css').send(style))
  app.get('/favicon.ico', async (_request, reply) => await reply.code(204).send())
  await app.register(interactions, { provider, tenant, users })
  await app.register(engine, { provider })
  await app.register(managementApi, { prefix: '/api', tenant, issuer: provider.issuer, key: keys.signing })
  await app.ready()
  return app
}
