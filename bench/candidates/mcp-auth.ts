import express from 'express'
import { fetchServerConfig, MCPAuth } from 'mcp-auth'
import { answer, type StartCandidate } from './candidate.js'
import { listenExpress } from './listen.js'

/** Logto's MCP library in resource server mode, as its documentation shows, in Express. */
const start: StartCandidate = async ({ issuer, audience }, port) => {
  const app = express()
  const authorizationServer = await fetchServerConfig(issuer, { type: 'oidc' })
  const mcpAuth = new MCPAuth({
    protectedResources: [{ metadata: { resource: audience, authorizationServers: [authorizationServer], scopesSupported: ['read:weather'] } }]
  })
  const guard = mcpAuth.bearerAuth('jwt', { resource: audience, audience, requiredScopes: ['read:weather'] })
  app.get('/bench', guard, (_request, response) => { response.json(answer) })
  return listenExpress(app, port)
}

export default start
