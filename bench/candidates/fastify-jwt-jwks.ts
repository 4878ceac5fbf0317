import Fastify from 'fastify'
import { fastifyJwtJwks } from 'fastify-jwt-jwks'
import { answer, schema, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** As its README shows; RS256 (and EdDSA) only. */
const start: StartCandidate = async ({ issuer, endpoint, jwksPath, audience }, port) => {
  const app = Fastify()
  await app.register(fastifyJwtJwks, { jwksUrl: `${endpoint}${jwksPath}`, issuer, audience })
  app.get('/bench', { preValidation: app.authenticate, schema }, async () => answer)
  return listenFastify(app, port)
}

export default start
