import Fastify from 'fastify'
import { answer, schema, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** The limit: bare Fastify, no authorization. It gets the same requests, `Authorization` header and all. */
const start: StartCandidate = async (_issuer, port) => {
  const app = Fastify()
  app.get('/bench', { schema }, async () => answer)
  return listenFastify(app, port)
}

export default start
