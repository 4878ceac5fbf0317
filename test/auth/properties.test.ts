import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { bearerChallenge } from '../../src/auth/challenge.js'
import { checkClaims } from '../../src/auth/claims.js'
import { parseToken, supportedAlgorithms } from '../../src/auth/jws.js'
import { createPrincipalReader } from '../../src/auth/principal-reader.js'
import { Problem } from '../../src/errors.js'
import { noDatabase, startTestApp } from '../kit/app.js'
import { decode } from '../kit/decode.js'
import { parseChallenge, rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { signedToken } from '../kit/jws.js'

// What holds for any input, tried with many at random. A failure prints its seed and smallest case.

const issuer = await startIssuer(t)
const { app, port } = await startTestApp(t, { issuer, database: noDatabase })
const valid = issuer.token()

const statusOf = async (authorization: string): Promise<{ status: number, challenge: string | undefined }> => {
  const answer = await app.inject({ url: '/v1/me', headers: { authorization } })
  return { status: answer.statusCode, challenge: answer.headers['www-authenticate'] as string | undefined }
}

const b64 = fc.constantFrom(...'ABCxyz019-_')
const tokenLike = fc.array(fc.string({ unit: b64, maxLength: 30 }), { minLength: 1, maxLength: 5 }).map(parts => parts.join('.'))
const headerText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map(text => text.replace(/[^\x20-\x7e\x80-\xff\t]/g, '?')),
  fc.tuple(fc.constantFrom('Bearer ', 'bearer  ', 'Bearer', 'Basic ', 'BEARER\t', ''), fc.oneof(tokenLike, fc.constant(valid), fc.string())).map(([scheme, rest]) => scheme + rest.replace(/[^\x20-\x7e\t]/g, '?')),
  fc.json().map(json => `Bearer ${Buffer.from(json).toString('base64url')}.${Buffer.from(json).toString('base64url')}.AAAA`)
)

await t.test('no Authorization header yields anything but 200, 400, 401 or 403, with a challenge where one is due', async t => {
  await fc.assert(fc.asyncProperty(headerText, async text => {
    const { status, challenge } = await statusOf(text)
    if (![200, 400, 401, 403].includes(status)) throw new Error(`status ${status}`)
    if (status !== 200) parseChallenge(challenge)
    if (status === 200 && !text.includes(valid)) throw new Error('let in')
  }), { numRuns: 1500 })
  t.equal((await statusOf(`Bearer ${valid}`)).status, 200)
})

await t.test('nor do arbitrary bytes on the wire', async t => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async bytes => {
    const line = Buffer.concat([Buffer.from('Authorization: Bearer '), bytes]).toString('latin1')
    const { status } = await rawRequest(port, requestText('GET /v1/me', [line]))
    if (![400, 401].includes(status)) throw new Error(`status ${status}`)
  }), { numRuns: 150 })
  t.equal((await rawRequest(port, requestText('GET /v1/me', [`Authorization: Bearer ${valid}`]))).status, 200)
})

await t.test('no change of one character of a valid token is accepted', async t => {
  const tokens = [valid, issuer.token({}, {}, { key: issuer.rsa })]
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  const change = fc.record({ token: fc.constantFrom(...tokens), at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), character: fc.constantFrom(...alphabet), how: fc.constantFrom('replace', 'insert', 'delete') })
  await fc.assert(fc.asyncProperty(change, async ({ token, at, character, how }) => {
    const index = Math.floor(at * token.length)
    const changed = token.slice(0, index) + (how === 'delete' ? '' : character) + token.slice(how === 'insert' ? index : index + 1)
    fc.pre(changed !== token)
    const { status } = await statusOf(`Bearer ${changed}`)
    if (status !== 401) throw new Error(`status ${status}`)
  }), { numRuns: 800 })
  for (const token of tokens) t.equal((await statusOf(`Bearer ${token}`)).status, 200)
})

await t.test('every last character of a signature: one spelling only', async t => {
  for (const token of [valid, issuer.token({}, {}, { key: issuer.rsa })]) {
    for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      const { status } = await statusOf(`Bearer ${token.slice(0, -1)}${character}`)
      if ((status === 200) !== token.endsWith(character)) t.fail(`"${character}": ${status}`)
    }
  }
  t.equal((await statusOf(`Bearer ${valid}`)).status, 200)
})

const rules = { issuer: 'https://as.example/oidc', audiences: ['https://a.example/', 'https://b.example/'], leeway: 5 }
const now = 1_700_000_000
/** Values near the right ones, and any others. */
const claim = (...good: unknown[]) => fc.oneof({ weight: 20, arbitrary: fc.constantFrom(good[0], good[0], good[0], ...good) }, { weight: 1, arbitrary: fc.anything() }, { weight: 1, arbitrary: fc.constant(undefined) })
const claimSets = fc.record({
  iss: claim(rules.issuer, rules.issuer, `${rules.issuer}/`),
  aud: claim(...rules.audiences, rules.audiences, [rules.audiences[0]], [...rules.audiences, 'https://c.example/'], []),
  sub: claim('user', 'user', ''),
  client_id: claim('client'),
  jti: claim('id'),
  iat: claim(now, now - 1000, now + 5, now + 6),
  exp: claim(now + 100, now + 3600, now - 4, now - 5, String(now + 100)),
  nbf: fc.oneof(fc.constant(undefined), claim(now, now + 5, now + 6)),
  scope: fc.oneof(fc.constant(undefined), claim('a b', '', 'a\tb', ['a'], 'b a', ' a  b b', 'b', 'a \ud800')),
  organization_id: fc.oneof(fc.constant(undefined), claim('org', ''))
})

/** The rules once more, as a table of what each claim has to be. */
function mayPass (claims: Record<string, unknown>): boolean {
  const isText = (value: unknown) => typeof value === 'string' && /^[^\p{Cc}\p{Cs}]+$/u.test(value)
  const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < Infinity
  const { iss, aud, sub, client_id: client, jti, iat, exp, nbf, scope, organization_id: organization } = claims
  const named = Array.isArray(aud) ? aud : [aud]
  return iss === rules.issuer && named.length > 0 && named.every(one => one === rules.audiences[0] || one === rules.audiences[1]) &&
    isText(sub) && isText(client) && isText(jti) && isTime(iat) && iat <= now + 5 && isTime(exp) && exp > now - 5 &&
    (nbf === undefined || (isTime(nbf) && nbf <= now + 5)) && (scope === undefined || typeof scope === 'string') && (organization === undefined || isText(organization))
}

/** RFC 6749 section 3.3, once more. */
const namesIn = (scope: unknown) => scope === undefined ? [] : String(scope).split(' ').filter((name, index, all) => name !== '' && all.indexOf(name) === index)

await t.test('claims at random: a principal where all is right, and nowhere else, with nothing but what the token says', async t => {
  const seen = { passed: 0, refused: 0 }
  const principalOf = createPrincipalReader() // one for all: what they share must not be another's
  fc.assert(fc.property(claimSets, claims => {
    try {
      const principal = principalOf(checkClaims(claims, rules, now))
      seen.passed += 1
      if (!mayPass(claims)) throw new Error('must not pass')
      if (principal.sub !== claims.sub || principal.clientId !== claims.client_id || principal.organizationId !== claims.organization_id) throw new Error('says something else')
      if (!isDeepStrictEqual(principal.scopes, namesIn(claims.scope))) throw new Error('other scopes')
      if (!isDeepStrictEqual(principal.audience, [claims.aud].flat())) throw new Error('another audience')
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      seen.refused += 1
      if (error.code !== 'invalid_token' || mayPass(claims)) throw new Error('must pass', { cause: error })
    }
  }), { numRuns: 5000 })
  t.ok(seen.passed > 100 && seen.refused > 100, `both were tried: ${JSON.stringify(seen)}`)
})

await t.test('headers and payloads at random, honestly signed: an object is read as it is, all else is a Problem', async t => {
  fc.assert(fc.property(fc.oneof(fc.jsonValue(), fc.record({ alg: fc.constantFrom('ES384', 'none', 'HS256'), typ: fc.constantFrom('at+jwt', 'JWT'), kid: fc.string() })), fc.jsonValue(), (header, payload) => {
    try {
      const parsed = parseToken(signedToken(JSON.stringify(header), JSON.stringify(payload), issuer.ec), supportedAlgorithms, decode)
      const { alg, kid, typ, crit } = header as Record<string, unknown>
      if (alg !== 'ES384' || typ !== 'at+jwt' || typeof kid !== 'string' || crit !== undefined) throw new Error('header must not pass')
      if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) throw new Error('payload must not pass')
      if (JSON.stringify(parsed.payload) !== JSON.stringify(payload)) throw new Error('payload was changed')
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'invalid_token') throw error
    }
  }), { numRuns: 1000 })
  t.strictSame(parseToken(valid, supportedAlgorithms, decode).header, { alg: 'ES384', kid: issuer.ec.kid })
})

await t.test('no text breaks out of a challenge', async t => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(fc.property(text, fc.array(text), text, (description, scopes, resourceMetadata) => {
    const challenge = parseChallenge(bearerChallenge({ error: 'invalid_token', description, scopes, resourceMetadata }))
    return challenge['error'] === 'invalid_token' && Object.keys(challenge).length === (scopes.length > 0 ? 4 : 3)
  }), { numRuns: 1000 })
  t.throws(() => parseChallenge('Bearer error="a"b"'), /well-formed/, 'the reader is strict')
})
