import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { StartError } from '../src/errors.js'
import { manifestDocument, type ManifestValues } from '../src/manifest/document.js'
import { manifestFaults } from '../src/manifest/faults.js'
import { allowStores } from './store-cors.js'

/**
 * `/.well-known/ai-plugin.json`, the ChatGPT plugin manifest, its `scope` read from the routes. One
 * that the plugin store would not take stops the boot, every wrong member named; but for plain http, which
 * a service may use in its own network.
 */
async function manifestPlugin (app: FastifyInstance, options: ManifestValues) {
  let document: unknown
  app.decorate('pluginManifest', async () => manifestDocument(options, app.askableScopes()))
  app.addHook('onReady', async () => {
    document = await app.pluginManifest()
    const faults = manifestFaults(document, { plainHttp: options.publicUrl.startsWith('http:') })
    if (faults.length > 0) throw new StartError(`ai-plugin.json: ${faults.join('; ')}`)
  })
  app.get('/.well-known/ai-plugin.json', { config: { public: true }, schema: { hide: true }, onRequest: allowStores }, async () => document)
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The filled-in manifest, for the routes that are registered by now; not checked. */
    pluginManifest: () => Promise<unknown>
  }
}

export default fp(manifestPlugin, { name: 'manifest', fastify: '5.x', dependencies: ['resource-metadata'] })
