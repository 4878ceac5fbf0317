import Fastify from 'fastify'
import { answer, schema, type BuildCandidate, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** The limit: bare Fastify, no authorization. It gets the same requests, `Authorization` header and all. */
export const build: BuildCandidate = async () => {
  const app = Fastify()
  app.get('/bench', { schema }, async () => answer)
  return app
}

const start: StartCandidate = async (issuer, port) => listenFastify(await build(issuer), port)

export default start
