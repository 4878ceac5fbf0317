import Fastify, { type FastifyInstance } from 'fastify'
import auth from '../../plugins/auth.js'
import problem from '../../plugins/problem.js'
import requireScopes from '../../plugins/require-scopes.js'
import { answer, schema, type BuildCandidate, type IssuerInfo, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

/** This repository's plugins, registered as in src/app.ts without a log. */
export async function buildScopegate ({ issuer, endpoint, jwksPath, audience }: IssuerInfo): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(problem, { resourceMetadata: `${audience}.well-known/oauth-protected-resource` })
  await app.register(auth, { issuer, endpoint, jwksPath, audiences: [audience] })
  await app.register(requireScopes)
  return app
}

/** The same app without HTTP: how the value of an Authorization header becomes a principal. */
export async function buildVerifier (issuer: IssuerInfo): Promise<(authorization: string) => Promise<unknown>> {
  const app = await buildScopegate(issuer)
  await app.ready()
  return authorization => app.accessTokens.principalOf(authorization, '127.0.0.1')
}

export const build: BuildCandidate = async issuer => {
  const app = await buildScopegate(issuer)
  app.get('/bench', { onRequest: app.requireScopes('read:weather'), schema }, async () => answer)
  return app
}

const start: StartCandidate = async (issuer, port) => {
  const app = await build(issuer)
  app.get('/no-store', { config: { public: true }, schema }, async (_request, reply) => {
    reply.header('cache-control', 'no-store')
    return answer
  })
  app.get('/plain', { onRequest: app.requireScopes('read:weather', { noStore: false }), schema }, async () => answer)
  return listenFastify(app, port)
}

export default start
