import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { thirdPartyScopes } from '../src/scopes.js'
import { registerPublic } from './register-public.js'

export interface DocsOptions {
  /** Public (PKCE) client for the Authorize button; without one a person can only read. */
  clientId: string | undefined
  apiResource: string
  /** Where the browser exchanges the code: the only foreign origin the page may call. */
  authorizationServer: string
}

/** Swagger UI at `/docs`, signing in at the authorization server with PKCE. */
async function docsPlugin (app: FastifyInstance, options: DocsOptions) {
  await registerPublic(app, '/docs', swaggerUi, {
    routePrefix: '/docs',
    // BaseLayout is without the bar on top, which offers to load other documents.
    uiConfig: { layout: 'BaseLayout', deepLinking: true, persistAuthorization: false, displayRequestDuration: true },
    theme: { title: 'Scopegate Weather – API documentation' },
    staticCSP: contentSecurityPolicy(options.authorizationServer),
    transformSpecification: onlyThirdPartyScopes,
    initOAuth: {
      ...(options.clientId === undefined ? {} : { clientId: options.clientId }),
      appName: 'Scopegate documentation',
      usePkceWithAuthorizationCodeGrant: true,
      scopes: thirdPartyScopes,
      // The authorization request names the resource. The token request needs none then,
      // as long as "openid" is not asked for: Logto answers with a JWT for the same resource.
      additionalQueryStringParams: { resource: options.apiResource }
    }
  })
}

/** Swagger UI styles itself inline; scripts are its own files. It talks to us and to the token endpoint. */
function contentSecurityPolicy (authorizationServer: string): string {
  return [
    "default-src 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' ${authorizationServer}`
  ].join('; ')
}

/** The page is for third parties: it offers the scopes that they may ask for. */
function onlyThirdPartyScopes (document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(document) as { components?: { securitySchemes?: Record<string, { flows?: { authorizationCode?: { scopes: Record<string, string> } } }> } }
  const flow = copy.components?.securitySchemes?.['logto']?.flows?.authorizationCode
  if (flow) flow.scopes = Object.fromEntries(Object.entries(flow.scopes).filter(([name]) => thirdPartyScopes.some(scope => scope === name)))
  return copy
}

export default fp(docsPlugin, { name: 'docs', fastify: '5.x', dependencies: ['openapi'] })
