import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { ScopeRequirement } from '../src/auth/scope-requirement.js'
import { problemResponse } from '../src/problem-schema.js'
import { scopeCatalogue } from '../src/scopes.js'
import { nameOf } from './route-table.js'

export interface OpenApiOptions {
  publicUrl: string
  version: string
  contactEmail: string
  authorizationEndpoint: string
  tokenEndpoint: string
}

const SCHEME = 'logto'

/**
 * `/openapi.json` and `/openapi.yaml` (OpenAPI 3.1), read from the routes. What concerns
 * authorization is filled in from `requireScopes`: `security` and the answers 400, 401, 403, 503.
 */
async function openApiPlugin (app: FastifyInstance, options: OpenApiOptions) {
  // Before @fastify/swagger's own hook, so that it sees what is filled in here.
  app.addHook('onRoute', route => {
    const requirement = route.config?.scopeRequirement
    if (requirement) route.schema = withAuthorization(route.schema ?? {}, requirement)
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Scopegate Weather',
        version: options.version,
        description: 'Weather forecasts, observations and your saved places. Every operation needs an access token from the authorization server; it may do what the user has allowed.',
        contact: { email: options.contactEmail },
        termsOfService: `${options.publicUrl}/legal`
      },
      servers: [{ url: options.publicUrl }],
      tags: [
        { name: 'Weather', description: 'Forecasts and observations' },
        { name: 'Places', description: 'Your saved places' },
        { name: 'Account', description: 'Who is asking' },
        { name: 'Clients', description: 'For developers of agents: registered clients. First-party apps only' }
      ],
      components: { securitySchemes: { [SCHEME]: securityScheme(options) } }
    }
  })
  const open = { config: { public: true as const }, schema: { hide: true } }
  app.get('/openapi.json', open, async () => app.swagger())
  app.get('/openapi.yaml', open, async (_request, reply) => reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })))
  app.addHook('onReady', async () => { checkOperationIds(app.routeTable) })
}

function securityScheme (options: OpenApiOptions) {
  const scopes = Object.fromEntries(Object.entries(scopeCatalogue).map(([name, scope]) => [name, scope.description]))
  return {
    type: 'oauth2' as const,
    description: 'OAuth 2.0 authorization code flow with PKCE. Ask for the scopes that you need.',
    flows: {
      authorizationCode: {
        authorizationUrl: options.authorizationEndpoint,
        tokenUrl: options.tokenEndpoint,
        refreshUrl: options.tokenEndpoint,
        scopes
      }
    }
  }
}

/** OpenAPI: several scopes in one requirement are all needed, several requirements are alternatives. */
function withAuthorization (schema: FastifySchema, requirement: ScopeRequirement): FastifySchema {
  const answers = {
    400: problemResponse('The request or its credentials are malformed.'),
    401: problemResponse('No valid access token; "WWW-Authenticate" says where to get one.'),
    403: problemResponse('The token lacks a permission, which "WWW-Authenticate" names, or its client is not let in (client_blocked).'),
    ...(schema.body === undefined ? {} : { 413: problemResponse('The body is larger than 16 kB.'), 415: problemResponse('The body is not JSON.') }),
    503: problemResponse('The access token can\'t be checked right now (no keys of the authorization server, or too many checks wait); try again after "Retry-After".')
  }
  return {
    ...schema,
    security: requirement.alternatives.map(scopes => ({ [SCHEME]: [...scopes] })),
    response: { ...answers, ...(schema.response ?? {}) }
  }
}

function checkOperationIds (routes: readonly RouteOptions[]): void {
  const seen = new Map<string, string>()
  for (const route of routes) {
    const id = route.schema?.operationId
    if (route.schema?.hide || route.method === 'HEAD') continue
    if (id === undefined) throw new Error(`${nameOf(route)} has no operationId`)
    const other = seen.get(id)
    if (other !== undefined) throw new Error(`${nameOf(route)} and ${other} have the same operationId "${id}"`)
    seen.set(id, nameOf(route))
  }
}

export default fp(openApiPlugin, { name: 'openapi', fastify: '5.x', dependencies: ['require-scopes'] })
