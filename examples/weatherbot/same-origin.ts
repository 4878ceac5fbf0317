import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { messagePage } from './pages/message.js'

/**
 * Forms count only from WeatherBot's own pages. The cookie's `SameSite=Lax` alone would not do:
 * another app on the same host with another port is the "same site", and so are sibling subdomains.
 * Every browser sends `Origin` with a POST and no page can make it up. (The referrer policy must not
 * be `no-referrer`: with it the header would say `null`.)
 */
async function sameOrigin (app: FastifyInstance, { botUrl }: { botUrl: string }) {
  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'GET' || request.headers.origin === botUrl) return
    return await reply.code(403).type('text/html; charset=utf-8').send(messagePage('Not from here',
      `This form did not come from ${botUrl}, so nothing was done. If you opened WeatherBot under another address, open it there.`, `${botUrl}/`))
  })
}

export default fp(sameOrigin, { name: 'weatherbot-same-origin', fastify: '5.x' })
