import { answer, schema, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'
import { buildScopegate } from './scopegate.js'

/** Scopegate's plugins, the route public: what the check itself costs is the difference to this. */
const start: StartCandidate = async (issuer, port) => {
  const app = await buildScopegate(issuer)
  app.get('/bench', { config: { public: true }, schema }, async () => answer)
  return listenFastify(app, port)
}

export default start
