import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import Fastify from 'fastify'
import buildGetJwks from 'get-jwks'
import { answer, schema, type StartCandidate } from './candidate.js'
import { listenFastify } from './listen.js'

interface CompleteToken { header: { kid: string, alg: string }, payload: { iss: string } }

/**
 * The pairing as get-jwks' README shows it, with one change: `issuersWhitelist` goes to get-jwks,
 * because @fastify/jwt, to which the README gives it, ignores it. The audience is not checked there either.
 */
const start: StartCandidate = async ({ issuer }, port) => {
  const app = Fastify()
  const getJwks = buildGetJwks({ issuersWhitelist: [issuer] })
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (_request: unknown, token: TokenOrHeader, callback: (error: Error | null, key?: string) => void) => {
      const { header: { kid, alg }, payload: { iss } } = token as unknown as CompleteToken
      getJwks.getPublicKey({ kid, domain: iss, alg }).then(key => callback(null, key), callback)
    }
  })
  app.get('/bench', { onRequest: async request => { await request.jwtVerify() }, schema }, async () => answer)
  return listenFastify(app, port)
}

export default start
