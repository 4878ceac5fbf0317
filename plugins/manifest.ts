import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { packageRoot } from '../src/root.js'
import { fillTemplate } from '../src/template.js'

export interface ManifestOptions {
  publicUrl: string
  authorizationEndpoint: string
  tokenEndpoint: string
  contactEmail: string
  openaiVerificationToken: string | undefined
}

/**
 * `/.well-known/ai-plugin.json`: the template in `manifest/` with addresses from configuration and
 * `scope` from the routes. Never `openid`: Logto would then answer ChatGPT, which can't send
 * `resource`, with an opaque token.
 */
async function manifestPlugin (app: FastifyInstance, options: ManifestOptions) {
  const template: unknown = JSON.parse(await readFile(join(packageRoot(), 'manifest/ai-plugin.json'), 'utf8'))
  app.get('/.well-known/ai-plugin.json', { config: { public: true }, schema: { hide: true } }, async () => fillTemplate(template, {
    publicUrl: options.publicUrl,
    authorizationEndpoint: options.authorizationEndpoint,
    tokenEndpoint: options.tokenEndpoint,
    contactEmail: options.contactEmail,
    openaiVerificationToken: options.openaiVerificationToken ?? '',
    scope: app.askableScopes().join(' ')
  }))
}

export default fp(manifestPlugin, { name: 'manifest', fastify: '5.x', dependencies: ['resource-metadata'] })
