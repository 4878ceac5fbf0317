import swagger from '@fastify/swagger'
import type { FastifyInstance, FastifySchema } from 'fastify'
import fp from 'fastify-plugin'
import type { ScopeRequirement } from '../src/auth/scope-requirement.js'
import { permissionSentence } from '../src/openapi/permission-sentence.js'
import { standardAnswers } from '../src/openapi/standard-answers.js'
import { scopeCatalogue } from '../src/scopes.js'
import { allowStores } from './store-cors.js'

export interface OpenApiOptions {
  publicUrl: string
  version: string
  contactEmail: string
  authorizationEndpoint: string
  tokenEndpoint: string
  /** Whether there is `POST /oauth/register`, with a scheme of its own. */
  openRegistration?: boolean
}

const SCHEME = 'logto'
/** For `schema.security` of routes that take the initial access token (RFC 7591) in place of one from Logto. */
export const REGISTRATION_SCHEME = 'registration'

/**
 * `/openapi.json` and `/openapi.yaml` (OpenAPI 3.1), read from the routes. What concerns
 * authorization is filled in from `requireScopes`: `security`, the permissions in words at the end
 * of the description, and the answers 400, 401, 403, 503. What changes something is marked for GPT Actions.
 */
async function openApiPlugin (app: FastifyInstance, options: OpenApiOptions) {
  // Before @fastify/swagger's own hook, so that it sees what is filled in here.
  app.addHook('onRoute', route => {
    const requirement = route.config?.scopeRequirement
    if (requirement) route.schema = withAuthorization(route.schema ?? {}, requirement)
    if (route.schema && !route.schema.hide) route.schema = withConsequence(route.schema, route.method)
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Scopegate Weather',
        version: options.version,
        description: 'Weather forecasts, observations and your saved places. Every operation needs an access token from the authorization server; it may do what the user has allowed.',
        contact: { email: options.contactEmail },
        license: { name: 'MIT', identifier: 'MIT' },
        termsOfService: `${options.publicUrl}/legal`
      },
      servers: [{ url: options.publicUrl }],
      tags: [
        { name: 'Weather', description: 'Forecasts and observations' },
        { name: 'Places', description: 'Your saved places' },
        { name: 'Account', description: 'Who is asking' },
        { name: 'Clients', description: 'For developers of agents: registered clients. First-party apps only' }
      ],
      components: {
        securitySchemes: { [SCHEME]: securityScheme(options), ...(options.openRegistration === true ? { [REGISTRATION_SCHEME]: registrationScheme } : {}) }
      }
    }
  })
  const open = { config: { public: true as const }, schema: { hide: true }, onRequest: allowStores }
  app.get('/openapi.json', open, async () => app.swagger())
  app.get('/openapi.yaml', open, async (_request, reply) => reply.type('application/yaml; charset=utf-8').send(app.swagger({ yaml: true })))
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

const registrationScheme = {
  type: 'http' as const,
  scheme: 'bearer',
  description: 'The initial access token of this service (RFC 7591 section 1.2), which its operator hands out.'
}

/** OpenAPI: several scopes in one requirement are all needed, several requirements are alternatives. */
function withAuthorization (schema: FastifySchema, requirement: ScopeRequirement): FastifySchema {
  return {
    ...schema,
    description: [schema.description ?? [], permissionSentence(requirement)].flat().join(' '),
    security: requirement.alternatives.map(scopes => ({ [SCHEME]: [...scopes] })),
    response: { ...standardAnswers(requirement, schema.body !== undefined), ...(schema.response ?? {}) }
  }
}

/** ChatGPT asks its user before every call that has consequences, and lets them allow the others for good. */
function withConsequence (schema: FastifySchema, method: string | string[]): FastifySchema {
  const reads = [method].flat().every(one => one === 'GET' || one === 'HEAD')
  return { ...schema, ...{ 'x-openai-isConsequential': !reads } }
}

export default fp(openApiPlugin, { name: 'openapi', fastify: '5.x', dependencies: ['require-scopes'] })
