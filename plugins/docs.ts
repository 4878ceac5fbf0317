import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { packageRoot } from '../src/root.js'
import { thirdPartyScopes } from '../src/scopes.js'
import { shownDocument } from './docs-document.js'
import { docsRedirect } from './docs-redirect.js'
import { registerPublic } from './register-public.js'

export interface DocsOptions {
  /** Public (PKCE) client for the Authorize button; without one a person can only read. */
  clientId: string | undefined
  apiResource: string
  /** Where the browser exchanges the code: the only foreign origin the page may call. */
  authorizationServer: string
}

/** What the scripts in `manifest/docs` put into the page. */
declare const scopegateDocs: { plugin: object, requestInterceptor: (request: object) => object }

/**
 * Swagger UI at `/docs`, signing in at the authorization server with PKCE. What differs from Swagger UI
 * as it comes is in `manifest/docs`: the sign-in dialog, the address it comes back to, the words about a 403.
 */
async function docsPlugin (app: FastifyInstance, options: DocsOptions) {
  const themed = async (filename: string) => ({ filename, content: await readFile(join(packageRoot(), 'manifest/docs', filename), 'utf8') })

  await registerPublic(app, '/docs', page, {
    routePrefix: '/docs',
    uiConfig: {
      layout: 'BaseLayout', // without the bar on top, which offers to load other documents
      deepLinking: true,
      persistAuthorization: false,
      displayRequestDuration: true,
      // @fastify/swagger-ui writes the text of a function into the page: these run in the browser.
      plugins: [() => scopegateDocs.plugin],
      requestInterceptor: request => scopegateDocs.requestInterceptor(request)
    },
    theme: {
      title: 'Scopegate Weather – API documentation',
      css: [await themed('docs.css')],
      js: await Promise.all(['sign-in.js', 'docs.js'].map(themed))
    },
    staticCSP: contentSecurityPolicy(options.authorizationServer),
    transformSpecification: shownDocument,
    initOAuth: {
      ...(options.clientId === undefined ? {} : { clientId: options.clientId }),
      usePkceWithAuthorizationCodeGrant: true,
      // Without "openid": Logto would answer with an opaque token where a client forgets the resource.
      scopes: thirdPartyScopes,
      additionalQueryStringParams: { resource: options.apiResource }
    }
  })

  async function page (scope: FastifyInstance, settings: Parameters<typeof swaggerUi>[1]) {
    scope.addHook('onSend', async (_request, _reply, payload) => fitToScreen(payload))
    await docsRedirect(scope)
    await scope.register(swaggerUi, settings)
  }
}

/** The page of @fastify/swagger-ui says nothing about the width of a screen: a phone would show it tiny. */
function fitToScreen (payload: unknown): unknown {
  if (typeof payload !== 'string' || !payload.includes('<div id="swagger-ui">')) return payload
  return payload.replace('<meta charset="UTF-8">', '<meta charset="UTF-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">')
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

export default fp(docsPlugin, { name: 'docs', fastify: '5.x', dependencies: ['openapi'] })
