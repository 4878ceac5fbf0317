import t from 'tap'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { seed } from '../../src/dev/index.js'
import { apiResource, basic, boot, botUrl, decode, isOpaque, publicUrl } from './helpers.js'

const { officialWeatherApp: official, weatherbot, docs, weatherRobot } = seed.clients

await t.test('endpoints and tokens', async t => {
  const { server, post, machine, authorize, exchange, asClient, get } = await boot(t)
  const { issuer, endpoint } = server

  await t.test('discovery says what Logto says, as far as the features exist (capture 003)', async t => {
    const answers = await Promise.all(['openid-configuration', 'oauth-authorization-server']
      .map(async name => await (await get(`/oidc/.well-known/${name}`)).json()))
    const [discovery] = answers as [Record<string, unknown>]
    t.strictSame(answers[0], answers[1], 'both documents are the same')
    t.match(discovery, {
      issuer: `http://localhost:${server.port}/oidc`,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/me`,
      introspection_endpoint: `${issuer}/token/introspection`,
      revocation_endpoint: `${issuer}/token/revocation`,
      end_session_endpoint: `${issuer}/session/end`,
      pushed_authorization_request_endpoint: `${issuer}/request`,
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: false,
      request_uri_parameter_supported: false
    })
    for (const [name, values] of Object.entries({
      code_challenge_methods_supported: ['S256'],
      response_modes_supported: ['form_post', 'fragment', 'query'],
      response_types_supported: ['code id_token', 'code', 'id_token', 'none'],
      subject_types_supported: ['public'],
      claim_types_supported: ['normal'],
      id_token_signing_alg_values_supported: ['ES384'],
      grant_types_supported: ['implicit', 'authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported:
        ['client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'private_key_jwt', 'none'],
      token_endpoint_auth_signing_alg_values_supported:
        ['HS256', 'RS256', 'PS256', 'ES256', 'Ed25519', 'EdDSA'],
      scopes_supported: ['openid', 'offline_access', 'profile', 'email', 'phone', 'address',
        'custom_data', 'identities', 'roles']
    })) t.strictSame(discovery[name], values, name)
    t.equal(discovery.registration_endpoint, undefined)
    t.equal(discovery.dpop_signing_alg_values_supported, undefined)
    const inserted = await get('/.well-known/oauth-authorization-server/oidc')
    t.equal(inserted.status, 404, 'not in the RFC 8414 place, as at Logto (capture 005)')
  })

  await t.test('the key set has one ES384 key and Logto\'s header (capture 007)', async t => {
    const response = await get('/oidc/jwks')
    t.equal(response.headers.get('cache-control'), 'no-cache, max-age=0, must-revalidate')
    t.equal(response.headers.get('content-type'), 'application/jwk-set+json; charset=utf-8')
    const { keys } = await response.json() as { keys: Array<Record<string, unknown>> }
    t.equal(keys.length, 1)
    t.strictSame(Object.keys(keys[0] ?? {}).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    t.match(keys[0], { kty: 'EC', use: 'sig', alg: 'ES384', crv: 'P-384' })
  })

  await t.test('a machine gets a JWT for the resource (captures 047-054, 162)', async t => {
    const answer = await machine(weatherRobot, { resource: apiResource, scope: 'read:weather write:places nonsense' })
    t.equal(answer.status, 200)
    t.equal(answer.headers.get('cache-control'), 'no-store')
    t.strictSame(Object.keys(answer.body).sort(), ['access_token', 'expires_in', 'scope', 'token_type'])
    t.match(answer.body, { expires_in: 3600, token_type: 'Bearer', scope: 'read:weather' })
    const { header, payload } = decode(answer.body.access_token)
    t.strictSame(Object.keys(header).sort(), ['alg', 'kid', 'typ'])
    t.match(header, { alg: 'ES384', typ: 'at+jwt' })
    t.strictSame(Object.keys(payload), ['jti', 'sub', 'iat', 'exp', 'scope', 'client_id', 'iss', 'aud'])
    t.match(payload, {
      sub: 'weather-robot', client_id: 'weather-robot', iss: issuer, aud: apiResource, scope: 'read:weather'
    })
    t.equal(Number(payload.exp) - Number(payload.iat), 3600)

    const none = await machine(weatherRobot, { resource: apiResource })
    t.equal(none.body.scope, undefined, 'only what is asked')
    t.notOk('scope' in decode(none.body.access_token).payload, 'no scope claim at all')
    const foreign = await machine(weatherRobot, { resource: apiResource, scope: 'read:places' })
    t.notOk('scope' in decode(foreign.body.access_token).payload, 'outside its role: left out')
    const byDefault = await machine(weatherRobot, { scope: 'read:weather' })
    t.equal(decode(byDefault.body.access_token).payload.aud, apiResource, 'the default resource')

    await jwtVerify(String(answer.body.access_token), createRemoteJWKSet(new URL(`${issuer}/jwks`)),
      { issuer, audience: apiResource, typ: 'at+jwt', algorithms: ['ES384'] })
  })

  await t.test('the token endpoint refuses as Logto does', async t => {
    const robot = basic('weather-robot', weatherRobot.secret)
    const credentials = { grant_type: 'client_credentials', resource: apiResource }
    const cases: Array<[string, Record<string, string>, Record<string, string>, number, object]> = [
      ['unknown resource (057)', { ...credentials, resource: 'http://localhost:9999' }, { authorization: robot }, 400, {
        code: 'oidc.invalid_target',
        message: 'Invalid resource indicator.',
        error: 'invalid_target',
        error_description: 'resource indicator is missing, or unknown'
      }],
      ['no trailing slash (059)', { ...credentials, resource: publicUrl }, { authorization: robot }, 400,
        { error: 'invalid_target' }],
      ['with a path (061)', { ...credentials, resource: `${apiResource}mcp` }, { authorization: robot }, 400,
        { error: 'invalid_target' }],
      ['no URI (063)', { ...credentials, resource: 'weather' }, { authorization: robot }, 400,
        { error: 'invalid_target' }],
      ['bad secret, Basic (067)', credentials, { authorization: basic('weather-robot', 'wrong') }, 401, {
        code: 'oidc.invalid_client',
        message: 'An OIDC error occurred: oidc.invalid_client.',
        error: 'invalid_client',
        error_description: 'client authentication failed'
      }],
      ['bad secret, post (069)', { ...credentials, client_id: 'weather-robot', client_secret: 'wrong' }, {}, 401,
        { code: 'oidc.invalid_client', error: 'invalid_client' }],
      ['unknown client (071)', credentials, { authorization: basic('nosuchclient', 'x') }, 400, {
        code: 'oidc.invalid_client', error: 'invalid_client', error_description: 'invalid client nosuchclient'
      }],
      ['no client (073)', credentials, {}, 400, {
        code: 'oidc.invalid_request',
        message: 'Request is invalid.',
        error: 'invalid_request',
        error_description: 'no client authentication mechanism provided'
      }],
      ['unknown grant type (077)', { grant_type: 'password', username: 'a', password: 'b' }, { authorization: robot }, 400, {
        code: 'oidc.unsupported_grant_type',
        message: 'Unsupported `grant_type` requested.',
        error: 'unsupported_grant_type',
        error_description: 'unsupported grant_type requested'
      }],
      ['no grant type (079)', { resource: apiResource }, { authorization: robot }, 400,
        { error: 'invalid_request', error_description: 'missing required parameter \'grant_type\'' }],
      ['a machine with a code (083)', { grant_type: 'authorization_code', code: 'bogus', redirect_uri: 'http://localhost:4555/callback' }, { authorization: robot }, 400,
        { error: 'invalid_request', error_description: 'requested grant type is not allowed for this client' }],
      ['an app as a machine (085)', credentials, { authorization: basic('official-weather-app', official.secret) }, 400,
        { error: 'invalid_request', error_description: 'requested grant type is not allowed for this client' }],
      ['bogus code (081)', { grant_type: 'authorization_code', code: 'bogus', redirect_uri: `${botUrl}/callback` }, { authorization: basic('weatherbot', weatherbot.secret) }, 400, {
        code: 'oidc.invalid_grant',
        message: 'Grant request is invalid.',
        error: 'invalid_grant',
        error_description: 'grant request is invalid'
      }]
    ]
    for (const [name, body, headers, status, expected] of cases) {
      const answer = await post('/token', body, headers)
      t.equal(answer.status, status, name)
      t.match(answer.body, expected, name)
    }
    const wrong = await post('/token', credentials, { authorization: basic('weather-robot', 'wrong') })
    t.equal(wrong.headers.get('www-authenticate'),
      `Basic realm="${issuer}", error="invalid_client", error_description="client authentication failed"`)
    const posted = await post('/token',
      { ...credentials, client_id: 'weather-robot', client_secret: weatherRobot.secret })
    t.equal(posted.status, 200, 'client_secret_post works (065)')
  })

  await t.test('the token endpoint takes JSON too, and nothing else (captures 075, 400, 406)', async t => {
    const send = async (type: string, body: string) => await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: basic('weather-robot', weatherRobot.secret), 'content-type': type },
      body
    })
    const json = JSON.stringify({ grant_type: 'client_credentials', resource: apiResource, scope: 'read:weather' })
    const good = await send('application/json', json)
    t.equal(good.status, 200)
    t.match(await good.json(), { scope: 'read:weather', token_type: 'Bearer' })
    const broken = await send('application/json', '{"grant_type":')
    t.equal(broken.status, 400)
    t.match(await broken.json(), { code: 'oidc.invalid_request', error: 'invalid_request' })
    const twice = await send('application/json', JSON.stringify({ grant_type: ['client_credentials', 'x'], skipped: null }))
    t.match(await twice.json(), { error: 'invalid_request' }, 'a list is a parameter sent twice')
    const text = await send('text/plain', 'grant_type=client_credentials')
    t.equal(text.status, 400)
    t.match(await text.json(), {
      error: 'invalid_request',
      error_description: 'only application/x-www-form-urlencoded content-type bodies are supported on POST /token'
    })
    const got = await get('/oidc/token')
    t.equal(got.status, 404)
    t.strictSame(await got.json(), {
      code: 'oidc.invalid_request',
      message: 'Request is invalid.',
      error: 'invalid_request',
      error_description: 'unrecognized route or not allowed method (GET on /token)'
    })
  })

  await t.test('CORS: the docs page may use the token endpoint, others may not', async t => {
    const preflight = await fetch(`${issuer}/token`, {
      method: 'OPTIONS', headers: { origin: publicUrl, 'access-control-request-method': 'POST' }
    })
    t.equal(preflight.status, 204)
    t.equal(preflight.headers.get('access-control-allow-origin'), publicUrl)
    const signedIn = await authorize(docs, { scope: 'read:weather' })
    const code = {
      grant_type: 'authorization_code', client_id: 'docs', code: String(signedIn.callback.searchParams.get('code'))
    }
    const foreign = await post('/token', code, { origin: 'http://evil.example' })
    t.equal(foreign.status, 400)
    t.equal(foreign.headers.get('access-control-allow-origin'), null)
    const confidential = await post('/token', { grant_type: 'client_credentials', client_id: 'weather-robot', client_secret: weatherRobot.secret },
      { origin: publicUrl })
    t.equal(confidential.status, 400, 'a secret has no place in a page')
    const answer = await post('/token', code, { origin: publicUrl })
    t.equal(answer.headers.get('access-control-allow-origin'), publicUrl)
    t.equal(answer.body.error, 'invalid_grant', 'heard, though the PKCE verifier is missing')
  })

  await t.test('a user\'s tokens, ID token and userinfo (captures 042-046, 123, 124)', async t => {
    const outcome = await authorize(weatherbot,
      { scope: 'openid profile email offline_access read:weather read:places', prompt: 'consent', resource: apiResource })
    t.equal(outcome.callback.searchParams.get('iss'), issuer)
    t.equal(outcome.callback.searchParams.get('state'), 'st4te')
    const { body } = await exchange(weatherbot, outcome, { resource: apiResource })
    t.strictSame(Object.keys(body).sort(),
      ['access_token', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type'])
    t.ok(isOpaque(body.refresh_token))
    const access = decode(body.access_token)
    t.strictSame(Object.keys(access.payload), ['jti', 'sub', 'iat', 'exp', 'scope', 'client_id', 'iss', 'aud'])
    t.match(access.payload, {
      sub: 'user-alice', client_id: 'weatherbot', aud: apiResource, scope: 'read:weather read:places'
    })
    const id = decode(body.id_token)
    t.strictSame(Object.keys(id.header).sort(), ['alg', 'kid'], 'no typ')
    t.strictSame(Object.keys(id.payload).sort(), ['aud', 'created_at', 'email', 'email_verified', 'exp', 'iat', 'iss',
      'name', 'picture', 'preferred_username', 'sub', 'updated_at', 'username'])
    t.match(id.payload, {
      sub: 'user-alice',
      name: 'Alice',
      preferred_username: 'alice',
      picture: null,
      username: 'alice',
      email: 'alice@example.test',
      email_verified: true,
      aud: 'weatherbot',
      iss: issuer
    })

    const opaque = (await asClient(weatherbot, '/token',
      { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) })).body
    t.ok(isOpaque(opaque.access_token), 'no resource, openid asked: opaque (095)')
    t.equal(opaque.scope, 'openid profile email offline_access')
    const me = await get('/oidc/me', { authorization: `Bearer ${String(opaque.access_token)}` })
    t.equal(me.status, 200)
    const { aud, exp, iat, iss, ...claims } = id.payload
    t.strictSame(await me.json(), claims, 'userinfo says the same as the ID token')

    const introspected = await asClient(weatherbot, '/token/introspection', { token: String(opaque.access_token) })
    t.match(introspected.body, { active: true, sub: 'user-alice', client_id: 'weatherbot', iss: issuer, token_type: 'Bearer' })
    const structured = await asClient(weatherbot, '/token/introspection', { token: String(body.access_token) })
    t.equal(structured.status, 400, 'a JWT cannot be introspected (233)')
    t.match(structured.body, { code: 'oidc.unsupported_token_type', error: 'unsupported_token_type' })
    const revoked = await asClient(weatherbot, '/token/revocation', { token: String(body.access_token) })
    t.match(revoked.body, { error: 'unsupported_token_type' }, 'nor revoked (242)')
    const wrongToken = await get('/oidc/me', { authorization: `Bearer ${String(body.access_token)}` })
    t.equal(wrongToken.status, 401, 'nor used for userinfo (243)')
    t.match(await wrongToken.json(), { code: 'oidc.invalid_token', message: 'Invalid token provided.' })
    const noToken = await get('/oidc/me')
    t.equal(noToken.headers.get('www-authenticate'), `Bearer realm="${issuer}"`, 'capture 244')
  })

  await t.test('opaque tokens of others: public clients see only their own', async t => {
    const { body } = await exchange(official, await authorize(official, { scope: 'openid roles' }))
    t.strictSame(decode(body.id_token).payload.roles, seed.users.alice.roles, 'a claim beside it: the roles')
    const byDocs = await asClient(docs, '/token/introspection', { token: String(body.access_token) })
    t.strictSame(byDocs.body, { active: false })
    const byBot = await asClient(weatherbot, '/token/introspection', { token: String(body.access_token) })
    t.match(byBot.body, { active: true })
    await asClient(weatherbot, '/token/revocation', { token: String(body.access_token) })
    const still = await asClient(official, '/token/introspection', { token: String(body.access_token) })
    t.match(still.body, { active: true }, 'another client cannot revoke it')
    const own = await asClient(official, '/token/revocation', { token: String(body.access_token) })
    t.equal(own.status, 200)
    const gone = await asClient(official, '/token/introspection', { token: String(body.access_token) })
    t.strictSame(gone.body, { active: false })
  })

  await t.test('other paths under /oidc are Logto\'s 404', async t => {
    const answer = await post('/reg', {})
    t.equal(answer.status, 404, 'no registration (411)')
    t.match(answer.body, { code: 'oidc.invalid_request', error: 'invalid_request' })
    t.equal((await fetch(`${endpoint}/nowhere`)).status, 404)
  })
})
