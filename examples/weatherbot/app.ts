import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import Fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import { createAgent, type Understand } from './agent/index.js'
import type { ApiClient } from './api/client.js'
import { createRestClient } from './api/rest.js'
import type { BotConfig } from './config.js'
import { createDiscovery } from './discovery.js'
import type { Fetch } from './http.js'
import { createChat } from './model/chat.js'
import { createChooser } from './model/choose.js'
import { messagePage } from './pages/message.js'
import { style } from './pages/style.js'
import { plan } from './planner/index.js'
import { askRoutes } from './routes/ask.js'
import { callbackRoutes } from './routes/callback.js'
import { confirmRoutes } from './routes/confirm.js'
import { signOutRoutes } from './routes/sign-out.js'
import sameOrigin from './same-origin.js'
import sessionCookie from './session/cookie.js'
import { SessionStore } from './session/store.js'
import type { Trouble } from './trouble.js'

/** What WeatherBot is given: its configuration, and the edges to the world. */
export interface WeatherBotOptions {
  readonly config: BotConfig
  /** Calls the API, the authorization server and the language model. */
  readonly fetch?: Fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
  readonly logger?: FastifyServerOptions['logger']
}

/** WeatherBot, put together from top to bottom. Does not listen. */
export async function buildWeatherBot (options: WeatherBotOptions): Promise<FastifyInstance> {
  const { config, fetch = globalThis.fetch, now = Date.now, logger = false } = options
  const { botUrl, redirectUri } = config
  const model = config.model?.model

  const app = Fastify({
    logger,
    logController: new LogController({ disableRequestLogging: true }), // it would write query strings, and with them authorization codes
    exposeHeadRoutes: false, // a HEAD of the callback would use up the answer it carries
    bodyLimit: 8 * 1024,
    frameworkErrors: showError
  })
  const report = (trouble: Trouble): void => { app.log.warn({ kind: trouble.kind, status: trouble.status, reason: reasonOf(trouble.cause) }, trouble.name) }
  const sessions = new SessionStore({ now })
  const edges = { config, fetch, now }
  const agent = createAgent({ api: await clientFor(edges), understand: understandingFor(edges), discover: createDiscovery(edges), redirectUri, report })

  app.setErrorHandler(showError)
  app.setNotFoundHandler(async (_request, reply) =>
    page(reply).code(404).send(messagePage('Nothing here', 'WeatherBot has no page at this address.')))

  await app.register(helmet, securityHeaders(botUrl))
  await app.register(formbody)
  await app.register(sessionCookie, { secure: botUrl.startsWith('https:') })
  await app.register(sameOrigin, { botUrl })
  app.addHook('onRequest', async (_request, reply) => { page(reply) })

  app.get('/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(style))
  await app.register(askRoutes, { agent, sessions, model })
  await app.register(confirmRoutes, { agent, sessions })
  await app.register(callbackRoutes, { agent, sessions, redirectUri })
  await app.register(signOutRoutes, { sessions, model })

  return app
}

interface Edges { readonly config: BotConfig, readonly fetch: Fetch, readonly now: () => number }

/** How it speaks with the API. The MCP SDK is loaded only where it is used. */
async function clientFor ({ config: { apiStyle, apiUrl }, fetch, now }: Edges): Promise<ApiClient> {
  if (apiStyle === 'rest') return createRestClient({ apiUrl, fetch, now })
  const { createMcpClient } = await import('./api/mcp.js')
  return createMcpClient({ apiUrl, fetch })
}

/** Who finds out what a question wants. When the model fails, the person is told; the planner does not step in unasked. */
function understandingFor ({ config: { model }, fetch, now }: Edges): Understand {
  if (model !== undefined) return createChooser(createChat(model, fetch), now)
  return async question => plan(question, new Date(now()))
}

/** Pages are personal: nobody may keep them. */
const page = (reply: FastifyReply): FastifyReply => reply.type('text/html; charset=utf-8').header('cache-control', 'no-store')

/** Error codes only: a message or an address could carry a token or a code. */
function reasonOf (error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const own = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return [own, reasonOf(error.cause)].filter(part => part !== undefined).join(' < ')
}

function showError (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500
  if (status >= 500) request.log.error({ reason: reasonOf(error), stack: error.stack?.split('\n').slice(1) }, 'a request failed')
  void page(reply).code(status).send(status >= 500
    ? messagePage('Something went wrong', 'The fault is WeatherBot’s. Please try again.')
    : messagePage('That did not work', 'WeatherBot did not understand this request.'))
}

function securityHeaders (botUrl: string) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      // No `form-action`: Chromium holds redirects after a form to it, and asking leads to the authorization server.
      directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ['data:'], baseUri: ["'none'"], frameAncestors: ["'none'"] }
    },
    referrerPolicy: { policy: 'same-origin' as const },
    strictTransportSecurity: botUrl.startsWith('https:')
  }
}
