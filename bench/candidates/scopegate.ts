import Fastify, { LogController, type FastifyInstance } from 'fastify'
import auth from '../../plugins/auth.js'
import problem from '../../plugins/problem.js'
import requestLog from '../../plugins/request-log.js'
import requireScopes from '../../plugins/require-scopes.js'
import { answer, schema, type IssuerInfo, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** This repository's plugins, registered as in src/app.ts. */
export async function buildScopegate ({ issuer, endpoint, jwksPath, audience }: IssuerInfo): Promise<FastifyInstance> {
  const app = Fastify({ logController: new LogController({ disableRequestLogging: true }) })
  await app.register(problem, { resourceMetadata: `${audience}.well-known/oauth-protected-resource` })
  await app.register(auth, { issuer, endpoint, jwksPath, audiences: [audience] })
  await app.register(requireScopes)
  await app.register(requestLog) // counted in, though nothing is written without a logger
  app.get('/bench', { onRequest: app.requireScopes('read:weather'), schema }, async () => answer)
  return app
}

/** The same app without HTTP: how a token becomes a principal. */
export async function buildVerifier (issuer: IssuerInfo): Promise<(token: string) => Promise<unknown>> {
  const app = await buildScopegate(issuer)
  await app.ready()
  return token => app.accessTokens.principalOf(token, '127.0.0.1')
}

const start: StartCandidate = async (issuer, port) => listenFastify(await buildScopegate(issuer), port)

export default start
