import { generateKeyPairSync } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { authorizationValue, bearerToken, plainly } from '../../src/auth/bearer.js'
import { bearerChallenge } from '../../src/auth/challenge.js'
import { readKey, readKeySet, type VerificationKey } from '../../src/auth/jwk.js'
import { parseToken, supportedAlgorithms } from '../../src/auth/jws.js'
import { resourceMetadata } from '../../src/auth/resource-metadata.js'
import { satisfies, scopeRequirement, scopesNamed, scopesToAskFor } from '../../src/auth/scope-requirement.js'
import { sourceOf } from '../../src/auth/source.js'
import { signatureCheck } from '../../src/auth/signature.js'
import { createTokenVerifier, type TokenVerifierOptions } from '../../src/auth/verify-token.js'
import { Problem } from '../../src/errors.js'
import { fillTemplate, fillText } from '../../src/template.js'
import { decode } from '../kit/decode.js'
import { parseChallenge } from '../kit/http.js'
import { signedToken } from '../kit/jws.js'
import { createSigningKey, signWith } from '../kit/keys.js'
import { outcomeOf } from '../kit/outcome-of.js'
import { principalFromClaims } from '../kit/principal.js'
import { visible } from '../kit/visible.js'

// The parts of the core alone, with clock and keys given.

const codeOf = (work: () => unknown): string => {
  try { work() } catch (error) { return error instanceof Problem ? error.code : String(error) }
  return 'nothing thrown'
}

await t.test('bearer: the token, nothing, or a refusal', async t => {
  const read = (value: string | undefined, query: unknown = {}) => bearerToken(authorizationValue({ rawHeaders: ['Host', 'x', ...(value === undefined ? [] : ['AuthoriZation', value])], query }))
  t.equal(read('Bearer abc'), 'abc')
  t.equal(read('bEARER    a.b-c_d~e+f/g=='), 'a.b-c_d~e+f/g==')
  t.equal(read(`Bearer ${'x'.repeat(8192)}`)?.length, 8192, 'the longest that is taken')
  t.equal(codeOf(() => read(`Bearer ${'x'.repeat(8193)}`)), 'invalid_token')
  for (const other of [undefined, '', 'Basic abc', 'Bearers abc', 'Digest realm="x"', 'x']) t.equal(read(other), undefined, String(other))
  for (const wrong of ['Bearer', 'Bearer ', 'Bearer a b', 'Bearer\tabc', 'Bearer a,b', 'Bearer =', 'Bearer ä', '"Bearer" x', ' Bearer x', 'Bearer:x', '(x) y']) t.equal(codeOf(() => read(wrong)), 'invalid_request', visible(wrong))
  for (const query of [{ access_token: '' }, { access_token: ['a', 'b'] }]) t.equal(codeOf(() => read('Bearer abc', query)), 'invalid_request')
  for (const query of [null, undefined, 'access_token', Object.create({ access_token: 'x' })]) t.equal(read('Bearer abc', query), 'abc', 'no query of its own')
  t.equal(codeOf(() => authorizationValue({ rawHeaders: ['authorization', '', 'Authorization', ''], query: {} })), 'invalid_request', 'two empty headers')
  t.equal(authorizationValue({ rawHeaders: ['x', 'authorization', 'authorization', 'Bearer a'], query: {} }), 'Bearer a', 'a value is no name')
  for (const plain of ['Bearer a.b.c', 'bearer a.b.c', 'Bearer   a.b.c', 'BEARER  a.b.c']) t.equal(plainly(plain, read(plain) ?? ''), 'Bearer a.b.c', 'one spelling of all')
})

await t.test('challenge: its parameters, and no way out of the quotes', async t => {
  t.equal(bearerChallenge({}), 'Bearer')
  t.equal(bearerChallenge({ scopes: [] }), 'Bearer')
  t.equal(bearerChallenge({ description: 'say "x" \\ ü' }), 'Bearer error_description="say \'x\' ? ?"')
  t.equal(bearerChallenge({ error: 'insufficient_scope', description: 'No.', scopes: ['a', 'b'], resourceMetadata: 'https://x/y' }),
    'Bearer error="insufficient_scope", error_description="No.", scope="a b", resource_metadata="https://x/y"')
  for (const nasty of ['"', '\\', '\\"', '", error="x', '\r\nSet-Cookie: a=b', '\n', '\0', '\x7f', 'ä', '\u2028', '\ud83d\ude00', '\ud800', 'a\tb']) {
    const challenge = parseChallenge(bearerChallenge({ error: 'invalid_token', description: nasty, scopes: [nasty], resourceMetadata: nasty }))
    t.strictSame(Object.keys(challenge), ['error', 'error_description', 'scope', 'resource_metadata'], visible(nasty))
    t.equal(challenge['error'], 'invalid_token')
  }
})

const ec = createSigningKey('ES384')
const header = { alg: 'ES384', typ: 'at+jwt', kid: 'k' }

await t.test('jws: header and payload of a token; the list of algorithms decides', async t => {
  const token = signedToken({ ...header, jku: 'https://evil.example' }, { a: 1, b: 'ü' }, ec)
  t.match(parseToken(token, ['ES384'], decode), { signingInput: token.slice(0, token.lastIndexOf('.')), header: { alg: 'ES384', kid: 'k' }, payload: { a: 1, b: 'ü' } })
  t.equal(codeOf(() => parseToken(token, ['RS256'], decode)), 'invalid_token', 'not in the list')
  t.equal(codeOf(() => parseToken(token, [], decode)), 'invalid_token', 'an empty list')
  t.equal(parseToken(signedToken({ ...header, kid: 'k'.repeat(256) }, {}, ec), ['ES384'], decode).header.kid.length, 256)
  t.equal(codeOf(() => parseToken(`${token}\n`, ['ES384'], decode)), 'invalid_token', 'a line feed at the end')
  t.ok(supportedAlgorithms.every(alg => /^(ES|RS)/.test(alg)), 'no algorithm with a shared secret can be configured')
})

const rules = { issuer: 'https://as.example/oidc', audiences: ['https://a.example/', 'https://a.example/mcp'], leeway: 5 }
const claims = { iss: rules.issuer, aud: 'https://a.example/', sub: 's', client_id: 'c', jti: 'j', iat: 1000, exp: 2000 }

await t.test('jws: what takes long to read is not read, before anybody has vouched for it', async t => {
  const read = (payload: string, top = JSON.stringify(header)) => codeOf(() => parseToken(signedToken(top, payload, ec), ['ES384'], decode))
  t.equal(read(`{"a":${'['.repeat(99)}${']'.repeat(99)}}`), 'nothing thrown', 'a hundred objects and lists')
  for (const [name, value] of Object.entries({ nested: `${'['.repeat(100)}${']'.repeat(100)}`, 'side by side': `[${'{},'.repeat(98)}{}]`, 'within a text': JSON.stringify('['.repeat(100)) })) {
    t.equal(read(`{"a":${value}}`), 'invalid_token', name)
    t.equal(read('{}', `${JSON.stringify(header).slice(0, -1)},"a":${value}}`), 'invalid_token', `${name}, in the header`)
  }
  t.throws(() => parseToken(signedToken(JSON.stringify(header), `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, ec), ['ES384'], decode), { message: 'The access token is too complex: more than 100 objects and lists.' }, 'said as it is')
})

await t.test('claims: the principal', async t => {
  t.strictSame(principalFromClaims({ ...claims, scope: 'b a b', organization_id: 'o' }, rules, 1500),
    { sub: 's', clientId: 'c', actor: 'user', scopes: ['b', 'a'], tokenType: 'organization_resource', organizationId: 'o', audience: ['https://a.example/'], issuedAt: 1000, expiresAt: 2000 })
  t.strictSame(principalFromClaims({ ...claims, aud: ['https://a.example/mcp', 'https://a.example/'] }, rules, 1500).audience, ['https://a.example/mcp', 'https://a.example/'], 'two audiences, both ours')
  t.equal(codeOf(() => principalFromClaims(claims, { ...rules, audiences: [] }, 1500)), 'invalid_token', 'no accepted audience accepts none')
})

await t.test('claims: scope is split at the space character only', async t => {
  const split = (scope: unknown) => [...principalFromClaims({ ...claims, scope }, rules, 1500).scopes]
  t.strictSame(split('a  b '), ['a', 'b'])
  t.strictSame(split(''), [])
  t.strictSame(split(undefined), [])
  for (const separator of ['\t', '\n', '\r', '\v', '\f', '\u00a0', '\u2003', '\u3000', '\ufeff', ',', '+', '%20']) t.strictSame(split(`a${separator}b`), [`a${separator}b`], visible(separator))
})

await t.test('claims: 5 s of leeway, to the second', async t => {
  const at = (now: number, changes: object = {}) => codeOf(() => principalFromClaims({ ...claims, ...changes }, rules, now))
  t.equal(at(2004.999), 'nothing thrown', 'exp: just within')
  t.equal(at(2005), 'invalid_token', 'exp: on or after')
  t.equal(at(995), 'nothing thrown', 'iat: just within')
  t.equal(at(994.999), 'invalid_token', 'iat: too early')
  t.equal(at(1195, { nbf: 1200 }), 'nothing thrown', 'nbf: just within')
  t.equal(at(1194.999, { nbf: 1200 }), 'invalid_token', 'nbf: too early')
  t.equal(at(1500, { exp: 1495.5 }), 'nothing thrown', 'fractions count (RFC 7519 section 2)')
  t.equal(at(NaN), 'nothing thrown', 'the clock is ours, not the token\'s')
  for (const value of [NaN, Infinity, -Infinity]) for (const name of ['exp', 'iat', 'nbf']) t.equal(at(1500, { [name]: value }), 'invalid_token', `${name} ${value}`)
})

await t.test('jwk: which keys of a set are used', async t => {
  const rsa = createSigningKey('RS256')
  const { kid } = ec
  const used = (jwk: unknown) => readKey(jwk, supportedAlgorithms)?.alg
  t.equal(used(ec.jwk), 'ES384')
  t.equal(used({ ...ec.jwk, alg: undefined, use: undefined }), 'ES384', 'the curve binds the algorithm')
  t.equal(used(rsa.jwk), 'RS256', 'RSA without alg')
  t.equal(used({ ...rsa.jwk, alg: 'RS256', key_ops: ['verify'] }), 'RS256')
  t.equal(used(createSigningKey('ES256').jwk), 'ES256')
  const refused: Record<string, unknown> = {
    'for encryption': { ...ec.jwk, use: 'enc' },
    'use of another type': { ...ec.jwk, use: ['sig'] },
    'not for verifying': { ...ec.jwk, key_ops: ['sign'] },
    'key_ops a text': { ...ec.jwk, key_ops: 'verify' },
    'without kid': { ...ec.jwk, kid: undefined },
    'kid empty': { ...ec.jwk, kid: '' },
    'kid a number': { ...ec.jwk, kid: 7 },
    'another algorithm': { ...ec.jwk, alg: 'ES512' },
    'an algorithm of another curve': { ...ec.jwk, alg: 'ES256' },
    'HMAC named by an RSA key': { ...rsa.jwk, alg: 'HS256' },
    PS256: { ...rsa.jwk, alg: 'PS256' },
    'a shared secret': { kty: 'oct', k: 'AAAA', kid, alg: 'HS256' },
    'no point of the curve': { ...ec.jwk, x: ec.jwk['y'] },
    'half a point': { ...ec.jwk, y: undefined },
    'RSA 1024': createSigningKey('RS256', { bits: 1024 }).jwk,
    'RSA with exponent 3': createSigningKey('RS256', { exponent: 3 }).jwk,
    'no object': 'x',
    null: null,
    'an array': [ec.jwk]
  }
  for (const [name, jwk] of Object.entries(refused)) t.equal(used(jwk), undefined, name)
  t.equal(readKey(ec.jwk, ['RS256']), undefined, 'an algorithm that is not configured')
  t.strictSame([...readKeySet([ec.jwk, null, refused['RSA 1024'], rsa.jwk], supportedAlgorithms).keys()], [ec.kid, rsa.kid], 'bad ones do not cost the good ones')
  t.strictSame([...readKeySet([ec.jwk, { ...rsa.jwk, kid: ec.kid }, rsa.jwk], supportedAlgorithms).keys()], [rsa.kid], 'a kid that stands twice')
  t.strictSame([...readKeySet([ec.jwk, { kid: ec.kid, kty: 'oct' }], supportedAlgorithms).keys()], [], 'twice, one of them unusable')
  t.equal(readKey({ ...ec.jwk, d: 'AAAA' }, supportedAlgorithms)?.publicKey.type, 'public', 'private members are not taken in')
})

await t.test('scope requirement: all of, any of, none', async t => {
  const held = (...names: string[]) => names
  const both = scopeRequirement(['a', 'b'])
  t.ok(satisfies(held('b', 'a', 'c'), both))
  t.notOk(satisfies(held('a'), both))
  t.strictSame(scopesToAskFor(both), ['a', 'b'])
  const either = scopeRequirement([{ anyOf: ['a', 'b'] }])
  t.ok(satisfies(held('b'), either))
  t.notOk(satisfies(held('A', 'B', 'a b'), either))
  t.strictSame([scopesToAskFor(either), scopesNamed(either)], [['a'], ['a', 'b']])
  const none = scopeRequirement([])
  t.ok(satisfies(held(), none))
  t.strictSame([scopesToAskFor(none), scopesNamed(none)], [[], []])
  const nonsense: unknown[][] = [[{ anyOf: [] }], [['a']], [undefined], [null], [{}], [{ organisation: 'x' }], [{ anyOf: undefined }], [{ organization: undefined }], [{ anyOf: ['a'] }, { organization: 'x' }],
    [{ organization: 'x' }, 'a'], ['a', undefined], ['a', ['b']], ['a', 7], ['a', { anyOf: ['b'] }], [{ tokenType: 'organization' }], [{ organization: 'x', tokenType: 'other' }], [{ noStore: 'no' }], [{ noStore: undefined }]]
  for (const args of nonsense) t.throws(() => scopeRequirement(args as string[]), TypeError, JSON.stringify(args))
})

await t.test('verifier: cheap checks first, one key one algorithm, errors of the key look-up pass through', async t => {
  const calls: string[] = []
  const key = readKeySet([{ ...ec.jwk, kid: 'k' }], supportedAlgorithms).get('k') as VerificationKey
  const verifierWith = (changes: { find?: () => Promise<VerificationKey | undefined>, holds?: () => boolean, inTurn?: TokenVerifierOptions['inTurn'] } = {}) => createTokenVerifier({
    ...rules,
    algorithms: supportedAlgorithms,
    decode,
    keys: { get: () => undefined, find: async () => { calls.push('key'); return key }, holds: () => true, ...changes },
    inTurn: changes.inTurn ?? ((source, check) => { calls.push(source); return outcomeOf(check) }),
    now: () => 1_500_000
  })
  const verify = async (token: string, changes: Parameters<typeof verifierWith>[0] = {}) => await verifierWith(changes)(token, 'signature')
  const token = signedToken(header, claims, ec)
  const verified = await verify(token)
  t.match(verified, { principal: { sub: 's' }, key })
  t.ok(Object.isFrozen(verified.principal), 'requests share it')
  t.strictSame(calls.splice(0), ['key', 'signature'])
  await t.rejects(verify(signedToken(header, { ...claims, aud: 'x' }, ec)), { code: 'invalid_token' })
  await t.rejects(verify('x'), { code: 'invalid_token' })
  t.strictSame(calls.splice(0), [], 'no key is looked for')
  await t.rejects(verify(signedToken({ ...header, alg: 'ES256' }, claims, ec)), { code: 'invalid_token' })
  await t.rejects(verify(token, { find: async () => undefined }), { code: 'invalid_token' })
  t.strictSame(calls.splice(0), ['key'], 'no signature is checked with the wrong key')
  await t.rejects(verify(token, { find: () => Promise.reject(new Problem('keys_unavailable', 'x')) }), { code: 'keys_unavailable' })
  await t.rejects(verify(token, { inTurn: () => Promise.reject(new Problem('overloaded', 'x')) }), { code: 'overloaded' })
  await t.rejects(verify(token, { inTurn: () => Promise.reject(new Error('library says no')) }), { code: 'invalid_token', cause: { message: 'library says no' } })
  for (const inTurn of [async () => false, () => false]) await t.rejects(verify(token, { inTurn }), { code: 'invalid_token', message: /signature/ }, 'a wrong signature')
  await t.rejects(verify(token, { inTurn: () => { throw new Error('library says no') } }), { code: 'invalid_token', cause: { message: 'library says no' } }, 'thrown at once')
  await t.rejects(verify(token, { holds: () => false }), { code: 'invalid_token' }, 'a key that was withdrawn while the check waited')
  const foreign = runInNewContext('Promise.resolve(false)') as Promise<boolean>
  await t.rejects(verify(token, { inTurn: () => foreign }), { code: 'invalid_token' }, 'a promise of another realm is no true')
})

await t.test('verifier: known key and a check made at once, so no promise; the same refusals, thrown', t => {
  const key = readKeySet([{ ...ec.jwk, kid: 'k' }], supportedAlgorithms).get('k') as VerificationKey
  const decoded: string[] = []
  const state = { now: 1_500_000, holds: true, valid: true, passes: 0 }
  const verify = createTokenVerifier({
    ...rules,
    algorithms: supportedAlgorithms,
    decode: text => { decoded.push(text); return decode(text) },
    keys: { get: () => key, find: async () => undefined, holds: () => state.holds },
    inTurn: () => { state.now += state.passes; return state.valid },
    now: () => state.now
  })
  const token = signedToken(header, claims, ec)
  t.match(verify(token, 'x'), { principal: { sub: 's' }, key, blocked: false })
  t.strictSame(decoded, [token.slice(0, token.lastIndexOf('.') + 1)], 'the signature is not read through once more')
  for (const [changes, message] of [[{ valid: false }, /signature/], [{ holds: false }, /key/], [{ passes: 600_000_000 }, /expired/]] as const) {
    Object.assign(state, { now: 1_500_000, holds: true, valid: true, passes: 0 }, changes)
    t.throws(() => verify(token, 'x'), { code: 'invalid_token', message })
  }
  t.end()
})

await t.test('source: an IPv4 address, or the first half of an IPv6 address', async t => {
  for (const [address, source] of [[undefined, ''], ['127.0.0.1', '127.0.0.1'], ['::ffff:127.0.0.1', '127.0.0.1'], ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'], ['2001:db8::6', '2001:db8:0:0'], ['::1', '0:0:0:0'], ['2001:db8:1:2::', '2001:db8:1:2'], ['fe80::1%eth0', 'fe80:0:0:0']] as const) t.equal(sourceOf(address), source, address ?? 'gone')
})

await t.test('a signature of another length takes no turn; time goes on while one waits', async t => {
  const key = readKeySet([{ ...ec.jwk, kid: 'k' }], supportedAlgorithms).get('k') as VerificationKey
  let turns = 0
  let now = 2_004_000
  const verifier = createTokenVerifier({
    ...rules,
    algorithms: supportedAlgorithms,
    decode,
    keys: { get: () => key, find: async () => undefined, holds: () => true },
    inTurn: async (_source, check) => { turns += 1; now += 1000; return outcomeOf(check) },
    now: () => now
  })
  const verify = async (token: string) => await verifier(token, 'x')
  const token = signedToken(header, claims, ec)
  await t.rejects(verify(`${token.slice(0, token.lastIndexOf('.'))}.AAAA`), { code: 'invalid_token', message: /signature/ })
  t.equal(turns, 0)
  await t.rejects(verify(token), { code: 'invalid_token', message: /expired/ }, 'within its leeway when it came, not when it was checked')
  t.equal(turns, 1)
})

await t.test('signature: right or wrong, whatever the algorithm', async t => {
  for (const alg of supportedAlgorithms) {
    const [own, other] = [createSigningKey(alg), createSigningKey(alg)]
    const key = readKey(own.jwk, supportedAlgorithms) as VerificationKey
    const right = signWith(own, 'a.b')
    const check = signatureCheck('a.b', right.toString('base64url'), key)
    t.ok(await outcomeOf(check), alg)
    t.equal(check.runHere?.(), alg === 'RS256' ? true : undefined, 'on the event loop only what is cheap there')
    for (const [name, text, signature] of [['other text', 'a.c', right], ['other key', 'a.b', signWith(other, 'a.b')], ['cut', 'a.b', right.subarray(1)], ['longer', 'a.b', Buffer.concat([right, Buffer.from([0])])], ['empty', 'a.b', Buffer.alloc(0)], ['zeros', 'a.b', Buffer.alloc(right.length)]] as const) {
      const check = signatureCheck(text, signature.toString('base64url'), key)
      t.notOk(await outcomeOf(check), `${alg}: ${name}`)
      t.notOk(check.runHere?.(), `${alg}: ${name}`)
    }
  }
})

await t.test('metadata and templates: values stay values', async t => {
  t.match(resourceMetadata({ resource: 'https://a/', authorizationServer: 'https://as/oidc', scopes: ['x'], publicUrl: 'https://a', resourceName: 'A' }),
    { resource: 'https://a/', authorization_servers: ['https://as/oidc'], bearer_methods_supported: ['header'], scopes_supported: ['x'] })
  const nasty = '"}, {{b}} $& $1 \\ </script>'
  t.strictSame(fillTemplate({ a: ['{{v}}!', 1, null, true], '{{v}}': { b: '{{v}}{{v}}' } }, { v: nasty }),
    { a: [`${nasty}!`, 1, null, true], '{{v}}': { b: nasty + nasty } })
  t.throws(() => fillText('{{missing}}', {}), /"missing"/)
  t.throws(() => fillText('{{toString}}', {}), /"toString"/, 'inherited members are no values')
})

await t.test('signature: an RSA key that makes checks dear is not taken for a cheap one', async t => {
  const cost = (modulusLength: number, publicExponent: number) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
    const key = readKey({ ...publicKey.export({ format: 'jwk' }), kid: 'x' }, supportedAlgorithms) as VerificationKey
    const { cost, runHere } = signatureCheck('a.b', Buffer.alloc(modulusLength / 8).toString('base64url'), key)
    return { cost, here: runHere !== undefined }
  }
  t.strictSame(cost(2048, 65537), { cost: 1 / 8, here: true })
  t.strictSame(cost(2048, 2 ** 31 - 1), { cost: 1, here: false })
  t.strictSame(cost(4104, 65537), { cost: 1, here: false })
})
