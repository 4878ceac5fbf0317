import Fastify from 'fastify'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { answer, schema, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** jose as its documentation shows, in a Fastify hook. What it throws is a 401. */
const start: StartCandidate = async ({ issuer, endpoint, jwksPath, audience }, port) => {
  const app = Fastify()
  const keySet = createRemoteJWKSet(new URL(jwksPath, endpoint))
  app.get('/bench', {
    onRequest: async request => {
      const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
      try {
        await jwtVerify(token, keySet, { issuer, audience })
      } catch (error) {
        throw Object.assign(new Error('invalid token', { cause: error }), { statusCode: 401 })
      }
    },
    schema
  }, async () => answer)
  return listenFastify(app, port)
}

export default start
