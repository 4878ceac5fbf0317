import * as client from 'openid-client'
import { splitScope } from './challenge.js'
import { isLoopback } from './config.js'
import type { AuthorizationServer } from './discovery.js'
import { Trouble } from './trouble.js'

/** Who signed in, as the ID token says. */
export interface Person {
  readonly sub: string
  readonly name: string
  readonly email?: string
}

/** What the authorization server gave. Stays in this process's memory. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken?: string
  /** The API permissions that were granted; they may be fewer than were asked for. */
  readonly scopes: readonly string[]
  readonly person: Person
  readonly server: AuthorizationServer
}

/** What the answer to an authorization request is held against. */
export interface Checks {
  readonly server: AuthorizationServer
  readonly scopes: readonly string[]
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Who the person is, and a refresh token. These are OpenID Connect's names, not the API's. */
const identityScopes: readonly string[] = ['openid', 'profile', 'email', 'offline_access']

/** Prepares an authorization request for API permissions: code flow with PKCE, state and nonce. */
export async function prepare (server: AuthorizationServer, redirectUri: string, scopes: readonly string[]) {
  const checks: Checks = {
    server, scopes, state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier()
  }
  const url = client.buildAuthorizationUrl(server.configuration, {
    redirect_uri: redirectUri,
    scope: [...new Set([...identityScopes, ...scopes])].join(' '),
    resource: server.resource,
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.codeVerifier),
    code_challenge_method: 'S256',
    // OpenID Connect Core section 11: without it `offline_access` is ignored.
    prompt: 'consent'
  })
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url))) {
    throw new Trouble('signin_insecure', 'The sign-in page of the weather service has no secure connection, so nothing was done.')
  }
  return { checks, url }
}

/** How an authorization request ended. `forged`: the answer does not belong to it. */
export type Answer = { tokens: Tokens } | 'denied' | 'forged'

/**
 * Exchanges the code of a callback. openid-client checks `state`, `iss`, and of the ID token issuer,
 * audience, times, nonce and signature.
 * @throws Trouble when the authorization server refused
 */
export async function complete (checks: Checks, callback: URL): Promise<Answer> {
  const { server, state, nonce, codeVerifier } = checks
  try {
    const response = await client.authorizationCodeGrant(server.configuration, callback,
      { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier, idTokenExpected: true },
      // Named here once more: without it the access token of an OpenID Connect request is for no API.
      { resource: server.resource })
    const claims = response.claims()
    if (claims === undefined) throw new Trouble('signin_answer', 'The sign-in server did not say who signed in.')
    return { tokens: tokensOf(response, checks, personOf(claims)) }
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError) return refused(error)
    if (error instanceof client.ClientError && error.code === 'OAUTH_INVALID_RESPONSE') return 'forged'
    if (error instanceof Trouble) throw error
    throw new Trouble('signin_answer', 'The sign-in could not be completed. Please try again.', { cause: error })
  }
}

function refused (error: client.AuthorizationResponseError): 'denied' {
  if (error.error === 'access_denied') return 'denied'
  const why = error.error_description === undefined ? '' : `: ${error.error_description.slice(0, 200)}`
  throw new Trouble('signin_refused', `The sign-in server refused the request (${error.error.slice(0, 50)}${why}).`, { cause: error })
}

/**
 * New tokens for a refresh token. The scopes are worked out anew by the authorization server and
 * may have become fewer.
 * @returns `undefined` when the refresh token is worth nothing any more
 * @throws Trouble when the authorization server cannot be asked
 */
export async function refresh (tokens: Tokens): Promise<Tokens | undefined> {
  const { server, refreshToken } = tokens
  if (refreshToken === undefined) return undefined
  try {
    const response = await client.refreshTokenGrant(server.configuration, refreshToken, { resource: server.resource })
    return { ...tokensOf(response, tokens, tokens.person), refreshToken: response.refresh_token ?? refreshToken }
  } catch (error) {
    if (error instanceof client.ResponseBodyError && error.status < 500) return undefined
    throw new Trouble('signin_unreachable', 'The sign-in server of the weather service cannot be reached at the moment. Please try again later.', { cause: error })
  }
}

/** Takes the refresh token back (RFC 7009). False when that was not possible; never throws. */
export async function revoke ({ server, refreshToken }: Tokens): Promise<boolean> {
  if (refreshToken === undefined) return true
  if (server.configuration.serverMetadata().revocation_endpoint === undefined) return false
  try {
    await client.tokenRevocation(server.configuration, refreshToken, { token_type_hint: 'refresh_token' })
    return true
  } catch {
    return false
  }
}

function tokensOf (response: client.TokenEndpointResponse, asked: Pick<Tokens, 'scopes' | 'server'>, person: Person): Tokens {
  // RFC 6749 section 5.1: no `scope` means all that was asked for; an empty one means none.
  const scopes = response.scope === undefined ? asked.scopes : splitScope(response.scope)
  return {
    accessToken: response.access_token,
    refreshToken: response.refresh_token,
    scopes: scopes.filter(scope => !identityScopes.includes(scope)),
    person,
    server: asked.server
  }
}

function personOf (claims: client.IDToken): Person {
  const { sub, name, username, email } = claims
  const text = [name, username, email].find(value => typeof value === 'string' && value !== '')
  return { sub, name: typeof text === 'string' ? text : sub, email: typeof email === 'string' ? email : undefined }
}
