import { answer, schema, type BuildCandidate, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'
import { buildScopegate } from './scopegate.js'

/** Scopegate's check on a route that says itself what may be kept: its answer is bare Fastify's to the last byte. */
export const build: BuildCandidate = async issuer => {
  const app = await buildScopegate(issuer)
  app.get('/bench', { onRequest: app.requireScopes('read:weather', { noStore: false }), schema }, async () => answer)
  return app
}

const start: StartCandidate = async (issuer, port) => listenFastify(await build(issuer), port)

export default start
