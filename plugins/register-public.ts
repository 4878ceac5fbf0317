import type { FastifyInstance, FastifyPluginAsync, FastifyPluginCallback } from 'fastify'
import { nameOf } from './route-table.js'

/**
 * Registers a third-party plugin whose routes take no token (Swagger UI, static files …).
 *
 * Its routes are marked public, and each must lie below `path`: a plugin that brings a route
 * nobody expected stops the boot.
 */
export async function registerPublic<Options extends object> (
  app: FastifyInstance,
  path: string,
  plugin: FastifyPluginAsync<Options> | FastifyPluginCallback<Options>,
  options: Options
): Promise<void> {
  await app.register(async scope => {
    scope.addHook('onRoute', route => {
      if (route.url !== path && !route.url.startsWith(`${path}/`)) throw new Error(`${nameOf(route)} is outside ${path} and can't be public by way of its plugin`)
      route.config = { ...route.config, public: true }
    })
    await scope.register(plugin as FastifyPluginAsync<Options>, options)
  })
}
