import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

/** Response headers for an API and a few static pages: no scripts, no frames. `/docs` sets its own policy. */
async function securityHeadersPlugin (app: FastifyInstance, options: { publicUrl: string }) {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"]
      }
    },
    // The logo is shown on pages of other origins (plugin stores).
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    // It would cut /docs off from its sign-in window; no other page of ours opens or is opened.
    crossOriginOpenerPolicy: false,
    strictTransportSecurity: options.publicUrl.startsWith('https:')
  })
}

export default fp(securityHeadersPlugin, { name: 'security-headers', fastify: '5.x' })
