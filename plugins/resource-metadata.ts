import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { METADATA_PATH, resourceMetadata } from '../src/auth/resource-metadata.js'
import { scopesNamed } from '../src/auth/scope-requirement.js'
import { thirdPartyScopes, type Scope } from '../src/scopes.js'

export interface ResourceMetadataOptions {
  publicUrl: string
  issuer: string
  apiResource: string
  mcpResource: string
}

/** Protected-resource metadata (RFC 9728); `scopes_supported` is what the routes need and third parties may ask for. */
async function resourceMetadataPlugin (app: FastifyInstance, options: ResourceMetadataOptions) {
  app.decorate('askableScopes', askableScopes)
  const document = (resource: string) => resourceMetadata({
    resource,
    authorizationServer: options.issuer,
    scopes: app.askableScopes(),
    publicUrl: options.publicUrl,
    resourceName: 'Scopegate Weather'
  })
  const open = { config: { public: true as const }, schema: { hide: true } }
  app.get(METADATA_PATH, open, async () => document(options.apiResource))
  // RFC 9728 section 3.1: for a resource with a path the well-known name goes between host and path.
  app.get(`${METADATA_PATH}/mcp`, open, async () => document(options.mcpResource))
}

/** The scopes that the routes of this app need and third parties may ask for, in the catalogue's order. */
function askableScopes (this: FastifyInstance): Scope[] {
  const needed = new Set(this.routeTable.flatMap(route => route.config?.scopeRequirement ? scopesNamed(route.config.scopeRequirement) : []))
  return thirdPartyScopes.filter(scope => needed.has(scope))
}

declare module 'fastify' {
  interface FastifyInstance {
    askableScopes: () => Scope[]
  }
}

export default fp(resourceMetadataPlugin, { name: 'resource-metadata', fastify: '5.x', dependencies: ['require-scopes'] })
