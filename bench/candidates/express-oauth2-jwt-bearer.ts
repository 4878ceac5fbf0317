import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { answer, type StartCandidate } from './candidate.js'
import { listenExpress } from './listen.js'

/** As its README shows, in Express. */
const start: StartCandidate = async ({ issuer, audience }, port) => {
  const app = express()
  app.set('env', 'test') // otherwise Express prints every refusal
  app.get('/bench', auth({ issuerBaseURL: issuer, audience }), requiredScopes('read:weather'), (_request, response) => { response.json(answer) })
  return listenExpress(app, port)
}

export default start
