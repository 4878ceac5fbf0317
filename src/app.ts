import Fastify, { LogController, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import auth from '../plugins/auth.js'
import docs from '../plugins/docs.js'
import manifest from '../plugins/manifest.js'
import mcp from '../plugins/mcp.js'
import openapi from '../plugins/openapi.js'
import openapiLimits from '../plugins/openapi-limits.js'
import problem, { answerClientError, answerFrameworkError } from '../plugins/problem.js'
import requestLog from '../plugins/request-log.js'
import requireScopes from '../plugins/require-scopes.js'
import resourceMetadata from '../plugins/resource-metadata.js'
import securityHeaders from '../plugins/security-headers.js'
import healthRoutes from '../routes/health.js'
import oauthFrontDoor from '../routes/oauth-front-door.js'
import openRegistration from '../routes/oauth-register.js'
import pagesRoutes from '../routes/pages.js'
import clientsRoutes from '../routes/v1/clients.js'
import meRoutes from '../routes/v1/me.js'
import placesRoutes from '../routes/v1/places.js'
import weatherRoutes from '../routes/v1/weather.js'
import { resourceMetadataUrl } from './auth/resource-metadata.js'
import { createRegistration } from './clients/index.js'
import { reservedNames } from './clients/reserved-names.js'
import type { Config } from './config/index.js'
import type { Database } from './db/index.js'
import { errorForLog } from './error-log.js'
import { createManagement, type Management } from './logto/management.js'
import { createPlaces } from './places/service.js'
import { onlyJsonBodies, schemaCompiler } from './validation.js'
import { packageVersion } from './version.js'
import { createWeather, type Weather } from './weather/service.js'

/** What the app is given; a test exchanges one part and keeps the rest. */
export interface Parts {
  database: Database
  weather?: Weather
  /** Default: made from the configuration's credentials, where there are some. */
  management?: Management
  logger?: Exclude<FastifyServerOptions['logger'], boolean | undefined>
}

const MAX_BODY_BYTES = 16 * 1024
/** Milliseconds for a request to arrive whole. */
const REQUEST_TIMEOUT = 30_000

/**
 * The whole service, put together from top to bottom. Does not listen and does not open the
 * database; `app.ready()` rejects when a route says neither which scopes it needs nor that it is public.
 */
export async function buildApp (config: Config, parts: Parts): Promise<FastifyInstance> {
  const { publicUrl, logto, apiResource, mcpResource, organizationTokens, contactEmail } = config
  const { issuer, endpoint, jwksPath } = logto
  // What the documents name.
  const { authorizationEndpoint, tokenEndpoint } = config.frontDoor ?? logto

  // Services
  const { database } = parts
  const weather = parts.weather ?? createWeather({ source: config.weatherSource })
  const places = createPlaces(database.queries)
  const management = parts.management ?? (config.management && createManagement(config.management))
  const registration = management && createRegistration({ db: database.queries, management, resources: [apiResource, mcpResource], reservedNames: reservedNames(config), ownOrigin: publicUrl })
  const clients = registration?.clients

  const app = Fastify({
    logger: parts.logger ? { ...parts.logger, serializers: { err: errorForLog } } : false,
    // It would write the query string, where a lost client may put a token; plugins/request-log.ts does it.
    logController: new LogController({ disableRequestLogging: true }),
    clientErrorHandler: answerClientError,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT,
    frameworkErrors: answerFrameworkError
  })
  app.setValidatorCompiler(schemaCompiler())
  onlyJsonBodies(app)

  // Plugins
  await app.register(securityHeaders, { publicUrl })
  await app.register(problem, { resourceMetadata: resourceMetadataUrl(publicUrl) })
  await app.register(auth, { issuer, endpoint, jwksPath, audiences: [apiResource], mcpAudience: mcpResource, organizationTokens, cimd: config.cimd })
  await app.register(requireScopes, { organizationTokens })
  if (parts.logger) await app.register(requestLog)
  await app.register(resourceMetadata, { publicUrl, issuer, apiResource, mcpResource })
  await app.register(openapi, { publicUrl, version: packageVersion(), contactEmail, authorizationEndpoint, tokenEndpoint, openRegistration: config.registrationToken !== undefined })
  await app.register(openapiLimits)
  await app.register(docs, { clientId: config.docsClientId, apiResource, authorizationServer: new URL(tokenEndpoint).origin })
  await app.register(manifest, { publicUrl, authorizationEndpoint, tokenEndpoint, contactEmail, openaiVerificationToken: config.openaiVerificationToken })
  await app.register(mcp, { publicUrl, version: packageVersion(), challenge: config.mcpChallenge })

  // Routes
  await app.register(healthRoutes, { database })
  await app.register(pagesRoutes, { publicUrl, issuer, authorizationEndpoint: logto.authorizationEndpoint, tokenEndpoint: logto.tokenEndpoint, apiResource, mcpResource, contactEmail, docsSignIn: config.docsClientId !== undefined, registration: clients !== undefined, cimdScopes: config.cimd.scopes })
  await app.register(meRoutes, { prefix: '/v1' })
  await app.register(weatherRoutes, { prefix: '/v1', weather })
  await app.register(placesRoutes, { prefix: '/v1', places })
  await app.register(clientsRoutes, { prefix: '/v1', clients })
  if (config.registrationToken !== undefined) await app.register(openRegistration, { clients, token: config.registrationToken })

  if (config.frontDoor) await app.register(oauthFrontDoor, { authorizationEndpoint: logto.authorizationEndpoint, tokenEndpoint: logto.tokenEndpoint, resources: [apiResource, mcpResource] })

  // What a process that died has left half done at Logto, and old secrets; not where nobody listens, as in a test.
  app.addHook('onListen', async () => registration?.recovery.start(app.log))
  app.addHook('onClose', async () => registration?.recovery.close())

  return app
}
