import * as client from 'openid-client'
import t from 'tap'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { seed } from '../../src/dev/index.js'
import { isOpaque } from '../dev/helpers.js'
import { redirectOf, startFrontDoorHouse } from './front-door-house.js'

// A library that we did not write, told the two addresses and nothing of `resource`.

const { weatherbot, docs, weatherRobot: robot } = seed.clients
const { tenant, url, tokenUrl } = await startFrontDoorHouse(t)
const { username, password } = seed.users.alice
const me = async (token: string) => await (await fetch(`${url}/v1/me`, { headers: { authorization: `Bearer ${token}` } })).json() as Record<string, unknown>

function configuration (clientId: string, authentication: client.ClientAuth, endpoints = { authorization_endpoint: `${url}/oauth/authorize`, token_endpoint: tokenUrl }): client.Configuration {
  const made = new client.Configuration({ issuer: tenant.issuer, jwks_uri: `${tenant.issuer}/jwks`, ...endpoints, authorization_response_iss_parameter_supported: true }, clientId, { id_token_signed_response_alg: 'ES384' }, authentication)
  client.allowInsecureRequests(made)
  return made
}

async function signIn (config: client.Configuration, redirectUri: string, scope: string) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()]
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope, state: expectedState, ...(scope.includes('openid') ? { nonce: expectedNonce } : {}), prompt: 'consent', code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier), code_challenge_method: 'S256'
  })
  const onward = address.origin === url ? (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? '' : address.href
  const { callback } = await new FormBrowser().authorize(onward, { username, password, consent: 'allow' })
  return await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier, expectedState, ...(scope.includes('openid') ? { expectedNonce, idTokenExpected: true } : {}) })
}

await t.test('openid-client: code with PKCE, ID token and all its checks, refresh', async t => {
  for (const [name, authentication] of [['basic', client.ClientSecretBasic(weatherbot.secret)], ['post', client.ClientSecretPost(weatherbot.secret)]] as const) {
    const config = configuration(weatherbot.id, authentication)
    const tokens = await signIn(config, redirectOf(weatherbot), 'openid offline_access read:weather')
    t.equal(tokens.claims()?.sub, 'user-alice', `${name}: the issuer of the ID token is Logto`)
    t.match(await me(tokens.access_token), { clientId: weatherbot.id, scopes: ['read:weather'] }, name)
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    t.match(await me(renewed.access_token), { sub: 'user-alice', scopes: ['read:weather'] }, `${name}: refreshed`)
  }
})

await t.test('openid-client: the same at Logto itself ends with a token that opens nothing', async t => {
  const config = configuration(weatherbot.id, client.ClientSecretBasic(weatherbot.secret), { authorization_endpoint: `${tenant.issuer}/auth`, token_endpoint: `${tenant.issuer}/token` })
  const tokens = await signIn(config, redirectOf(weatherbot), 'openid read:weather')
  t.ok(isOpaque(tokens.access_token))
  t.match(await me(tokens.access_token), { status: 401, code: 'invalid_token' })
})

await t.test('openid-client: a public client, a machine, and how a refusal arrives', async t => {
  const tokens = await signIn(configuration(docs.id, client.None()), redirectOf(docs), 'read:places')
  t.match(await me(tokens.access_token), { clientId: docs.id, scopes: ['read:places'] })
  const machine = configuration(robot.id, client.ClientSecretBasic(robot.secret))
  t.match(await me((await client.clientCredentialsGrant(machine, { scope: 'read:weather' })).access_token), { sub: robot.id, scopes: ['read:weather'] })
  const refusalOf = async (work: Promise<unknown>): Promise<unknown> => await work.then(() => 'none', (error: unknown) => error)
  t.match(await refusalOf(client.clientCredentialsGrant(machine, { resource: 'https://evil.example/' })), { error: 'invalid_target', status: 400 }, 'ours')
  t.match(await refusalOf(client.refreshTokenGrant(configuration(weatherbot.id, client.ClientSecretBasic(weatherbot.secret)), 'bogus')), { error: 'invalid_grant', status: 400 }, 'Logto\'s')
})
