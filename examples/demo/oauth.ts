import * as client from 'openid-client'
import { FormBrowser, type Choice, type Outcome } from '../shared/form-browser.js'
import type { Report } from './report.js'

export interface OAuthClient {
  configuration: client.Configuration
  redirectUri: string
}

/** Reads the authorization server's own description, as any OAuth client does. */
export async function connect (issuer: string, id: string, secret: string, redirectUri: string): Promise<OAuthClient> {
  const configuration = await client.discovery(new URL(issuer), id, secret, undefined, { execute: [client.allowInsecureRequests] })
  return { configuration, redirectUri }
}

export interface SignIn {
  scope: string
  resource: string
  /** `consent`: ask the person anew, as is needed for a refresh token and for more permissions. */
  prompt?: 'consent'
}

export interface SignedIn {
  outcome: Outcome
  /** Absent when the person came back without a code. */
  tokens: client.TokenEndpointResponse | undefined
}

/** Sends a person through sign-in and consent (code flow, PKCE, `resource`) and exchanges the code. */
export async function signIn (report: Report, app: OAuthClient, person: FormBrowser, who: Choice, ask: SignIn): Promise<SignedIn> {
  const codeVerifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const url = client.buildAuthorizationUrl(app.configuration, {
    redirect_uri: app.redirectUri,
    scope: ask.scope,
    resource: ask.resource,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(ask.prompt === undefined ? {} : { prompt: ask.prompt })
  })
  report.wire(`GET ${url.origin}${url.pathname}?client_id=${app.configuration.clientMetadata().client_id}&scope=${ask.scope.replaceAll(' ', '+')}&resource=${ask.resource}&…   (in ${who.username}'s browser)`)
  const outcome = await person.authorize(url.href, who)
  report.wire(`303 back to ${outcome.callback.origin}${outcome.callback.pathname}${outcome.callback.searchParams.has('code') ? ' with a code' : ''}`)
  if (!outcome.callback.searchParams.has('code')) return { outcome, tokens: undefined }
  report.wire(`POST ${app.configuration.serverMetadata().token_endpoint}   (code, PKCE verifier, resource)`)
  const tokens = await client.authorizationCodeGrant(app.configuration, outcome.callback,
    { expectedState: state, pkceCodeVerifier: codeVerifier }, { resource: ask.resource })
  report.wire(`200 OK, scope "${tokens.scope ?? ''}"`)
  return { outcome, tokens }
}

/** A machine's own token (RFC 6749 section 4.4). */
export async function machineToken (report: Report, app: OAuthClient, scope: string, resource: string): Promise<string> {
  report.wire(`POST ${app.configuration.serverMetadata().token_endpoint}   (grant_type=client_credentials, scope, resource)`)
  const tokens = await client.clientCredentialsGrant(app.configuration, { scope, resource })
  report.wire(`200 OK, scope "${tokens.scope ?? ''}"`)
  return tokens.access_token
}
