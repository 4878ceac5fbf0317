import t from 'tap'
import { metadataUrl, noDatabase, startTestApp } from '../kit/app.js'
import { attacks } from '../kit/attacks/index.js'
import { parseChallenge, rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'

// Every attack goes over real HTTP at a running service whose keys are known. It is refused for its
// own reason, with a well-formed challenge, and honest callers notice nothing of it.

const issuer = await startIssuer(t)
const rival = await startIssuer(t)
const { port, call } = await startTestApp(t, { issuer, database: noDatabase })

const attack = (authorization: string, path = '/v1/me') =>
  rawRequest(port, requestText(`GET ${path}`, [`Authorization: ${authorization}`]))

await t.test('the corpus is what it says', async t => {
  t.ok(attacks.length > 200, `${attacks.length} attacks`)
  t.equal(new Set(attacks.map(one => one.name)).size, attacks.length, 'each has a name of its own')
})

await t.test('valid tokens get in before all attacks', async t => {
  t.equal((await call('/v1/me', issuer.token())).status, 200, 'ES384')
  t.equal((await call('/v1/me', issuer.token({}, {}, { key: issuer.rsa }))).status, 200, 'RS256, key without alg')
})

for (const { name, why, authorization, code, detail } of attacks) {
  await t.test(`${name} (${why})`, async t => {
    const answer = await attack(authorization({ issuer, rival }))
    const body = JSON.parse(answer.body) as Record<string, unknown>
    t.equal(answer.status, code === 'invalid_request' ? 400 : 401)
    t.equal(body['code'], code)
    t.match(body['detail'], detail)
    t.equal(answer.headers['content-type'], 'application/problem+json')
    t.equal(answer.headers['cache-control'], 'no-store')
    const challenge = parseChallenge(answer.headers['www-authenticate'])
    t.strictSame(Object.keys(challenge).sort(), ['error', 'error_description', 'resource_metadata'])
    t.match(challenge, { error: code, resource_metadata: metadataUrl })
  })
}

await t.test('a route that needs a scope names it whatever is wrong with the token', async t => {
  for (const one of attacks) {
    const { status, headers } = await attack(one.authorization({ issuer, rival }), '/v1/places')
    if (parseChallenge(headers['www-authenticate'])['scope'] !== 'read:places' || status >= 402) t.fail(one.name, { status, headers })
  }
  const { headers } = await attack('Bearer x', '/v1/places')
  t.equal(parseChallenge(headers['www-authenticate'])['scope'], 'read:places')
})

await t.test('no key was ever fetched from where a token pointed to, and few from the issuer', async t => {
  t.strictSame(rival.requests, [])
  t.ok(issuer.fetches <= 5, `${issuer.fetches} fetches for ${attacks.length * 2} attacks`)
  t.ok(issuer.requests.every(request => request === 'GET /oidc/jwks'))
})

await t.test('valid tokens get in after all attacks', async t => {
  const token = issuer.token({ scope: 'read:places' })
  for (let time = 1; time <= 10; time += 1) t.equal((await call('/v1/me', token)).status, 200, `time ${time}`)
  const answer = await call('/v1/me', token)
  t.strictSame(await answer.json(), { sub: 'user-alice', clientId: 'third-party-agent', scopes: ['read:places'] })
  for (const typ of ['application/at+jwt', 'AT+JWT', 'Application/AT+jwt']) t.equal((await call('/v1/me', issuer.token({}, { typ }))).status, 200, `typ ${typ}`)
})

await t.test('what a token may carry without harm is ignored', async t => {
  const url = `${rival.endpoint}/oidc/jwks`
  const offers = { jku: url, x5u: url, jwk: rival.ec.jwk, x5c: ['MIIB'], cty: 'JWT', b64: true, x: 1 }
  t.equal((await call('/v1/me', issuer.token({}, offers))).status, 200, 'keys offered in the header')
  t.equal((await call('/v1/me', issuer.token({ admin: true, roles: ['root'] }))).status, 200, 'claims nobody asked for')
  t.equal((await call('/v1/me', issuer.token({ aud: [issuer.audience] }))).status, 200, 'the audience as an array')
  t.equal((await call('/v1/me', issuer.token({ scope: undefined }))).status, 200, 'no scope')
  t.equal((await call('/v1/me', issuer.token({ scope: '' }))).status, 200, 'an empty scope')
  t.strictSame(rival.requests, [])
})
