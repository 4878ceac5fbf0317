import { answer, schema, type BuildCandidate, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'
import { buildScopegate } from './scopegate.js'

/** Scopegate's plugins, the route public: what the check itself costs is the difference to this. */
export const build: BuildCandidate = async issuer => {
  const app = await buildScopegate(issuer)
  app.get('/bench', { config: { public: true }, schema }, async () => answer)
  return app
}

const start: StartCandidate = async (issuer, port) => listenFastify(await build(issuer), port)

export default start
