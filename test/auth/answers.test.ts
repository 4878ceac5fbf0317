import t from 'tap'
import { metadataUrl, noDatabase, startTestApp } from '../kit/app.js'
import { parseChallenge, rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { visible } from '../kit/visible.js'

// The table "Answers" of the design, row by row, over real HTTP.

const issuer = await startIssuer(t)
const { port, call } = await startTestApp(t, { issuer, database: noDatabase })
const raw = (path: string, ...headers: string[]) => rawRequest(port, requestText(`GET ${path}`, headers))
const problem = (answer: { body: string }) => JSON.parse(answer.body) as Record<string, unknown>

await t.test('no credentials, or another scheme: 401, a challenge without error', async t => {
  const cases: Record<string, string[]> = {
    'no header': [],
    Basic: ['Authorization: Basic YTpi'],
    DPoP: [`Authorization: DPoP ${issuer.token()}`],
    'a scheme alone': ['Authorization: Negotiate'],
    'a longer word': [`Authorization: Bearers ${issuer.token()}`],
    'an empty header': ['Authorization:'],
    'a blank header': ['Authorization:    '],
    'a cookie': [`Cookie: access_token=${issuer.token()}`],
    'another header': [`X-Access-Token: ${issuer.token()}`, `Proxy-Authorization: Bearer ${issuer.token()}`]
  }
  for (const [name, headers] of Object.entries(cases)) {
    const answer = await raw('/v1/me', ...headers)
    t.equal(answer.status, 401, name)
    t.equal(answer.headers['www-authenticate'], `Bearer resource_metadata="${metadataUrl}"`, `${name}: no error, and no scope where none is needed`)
    t.match(problem(answer), { code: 'unauthorized', status: 401, title: 'Unauthorized' }, name)
  }
})

await t.test('the challenge names the scope that the route needs', async t => {
  const needs: Array<[string, string, string]> = [
    ['GET', '/v1/forecast?place=Seattle', 'read:weather'],
    ['GET', '/v1/observations?place=Seattle', 'read:weather'],
    ['GET', '/v1/places', 'read:places'],
    ['POST', '/v1/places', 'write:places'],
    ['PATCH', '/v1/places/x', 'write:places'],
    ['DELETE', '/v1/places/x', 'write:places']
  ]
  for (const [method, path, scope] of needs) {
    const none = await call(path, undefined, { method })
    t.equal(none.status, 401)
    t.strictSame(parseChallenge(none.headers.get('www-authenticate')), { scope, resource_metadata: metadataUrl }, `${method} ${path} without credentials`)
    const bad = await call(path, 'x', { method })
    t.equal(bad.status, 401)
    t.match(parseChallenge(bad.headers.get('www-authenticate')), { error: 'invalid_token', scope }, `${method} ${path} with a bad token`)
    const lacking = await call(path, issuer.token({ scope: 'manage:agents' }), { method })
    t.equal(lacking.status, 403)
    t.match(parseChallenge(lacking.headers.get('www-authenticate')), { error: 'insufficient_scope', scope, resource_metadata: metadataUrl }, `${method} ${path} with too little`)
  }
})

await t.test('the scheme is taken in any case, and more than one space after it', async t => {
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR']) {
    t.equal((await raw('/v1/me', `Authorization: ${scheme} ${issuer.token()}`)).status, 200, scheme)
  }
  t.equal((await raw('/v1/me', `aUTHORIZATION:   Bearer    ${issuer.token()}   `)).status, 200, 'spaces')
})

await t.test('token in the query, two credentials: 400 invalid_request', async t => {
  const token = issuer.token()
  const header = `Authorization: Bearer ${token}`
  const cases: Array<[string, string, string[]]> = [
    ['in the query', `/v1/me?access_token=${token}`, []],
    ['in the query, empty', '/v1/me?access_token=', []],
    ['in the query, name encoded', `/v1/me?access%5Ftoken=${token}`, []],
    ['in the query, twice', `/v1/me?access_token=${token}&access_token=x`, []],
    ['in query and header', `/v1/me?a=b&access_token=${token}`, [header]],
    ['the same header twice', '/v1/me', [header, header]],
    ['two headers, the first good', '/v1/me', [header, 'Authorization: Bearer x']],
    ['two headers, the second good', '/v1/me', ['authorization: Basic YTpi', header]],
    ['two headers, one empty', '/v1/me', ['Authorization:', header]],
    ['two headers of another scheme', '/v1/me', ['Authorization: Basic YTpi', 'Authorization: Basic YTpi']]
  ]
  for (const [name, path, headers] of cases) {
    const answer = await raw(path, ...headers)
    t.equal(answer.status, 400, name)
    t.equal(problem(answer)['code'], 'invalid_request', name)
    t.match(parseChallenge(answer.headers['www-authenticate']), { error: 'invalid_request', resource_metadata: metadataUrl }, name)
  }
})

await t.test('a token in the body counts for nothing', async t => {
  const body = `access_token=${issuer.token()}`
  const answer = await call('/v1/places', undefined, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  t.equal(answer.status, 401, 'refused before the body is looked at')
  t.match(await answer.json(), { code: 'unauthorized' })
})

await t.test('expired: 401 invalid_token, and it says so', async t => {
  const answer = await raw('/v1/places', `Authorization: Bearer ${issuer.token({ exp: Math.floor(Date.now() / 1000) - 60 })}`)
  t.equal(answer.status, 401)
  t.strictSame(parseChallenge(answer.headers['www-authenticate']),
    { error: 'invalid_token', error_description: 'The access token has expired.', scope: 'read:places', resource_metadata: metadataUrl })
})

await t.test('scope missing: 403 with all that is needed, none that is held is enough by likeness', async t => {
  for (const scope of [undefined, '', ' ', 'read:weather', 'READ:PLACES', 'read:place', 'read:placess', 'xread:places', 'read:places,write:places', 'read', '*', 'read:*', 'read:places\t', 'read:weather\nread:places', 'read:weather\u00a0read:places', 'read:weather\u2003read:places']) {
    const answer = await call('/v1/places', issuer.token({ scope }))
    t.equal(answer.status, 403, visible(scope))
    t.match(await answer.json(), { code: 'insufficient_scope', required_scopes: ['read:places'] })
  }
})

await t.test('several scopes, and alternatives: the 403 names all, or the first alternative', async t => {
  const extended = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      const schema = { hide: true }
      app.get('/both', { onRequest: app.requireScopes('read:places', 'write:places'), schema }, async () => 'both')
      app.get('/either', { onRequest: app.requireScopes({ anyOf: ['read:places', 'read:weather'] }), schema }, async () => 'either')
    }
  })
  for (const scope of ['', 'read:places', 'write:places', 'read:weather']) {
    const answer = await extended.call('/both', issuer.token({ scope }))
    t.equal(answer.status, 403)
    t.equal(parseChallenge(answer.headers.get('www-authenticate'))['scope'], 'read:places write:places', `held: "${scope}"`)
    t.match(await answer.json(), { required_scopes: ['read:places', 'write:places'] })
  }
  t.equal((await extended.call('/both', issuer.token({ scope: 'write:places read:places' }))).status, 200, 'in any order')
  t.equal((await extended.call('/both', issuer.token({ scope: '  write:places   x  read:places ' }))).status, 200, 'with more spaces and more scopes')
  t.equal((await extended.call('/either', issuer.token({ scope: 'read:weather' }))).status, 200)
  t.equal((await extended.call('/either', issuer.token({ scope: 'read:places' }))).status, 200)
  const neither = await extended.call('/either', issuer.token({ scope: 'write:places' }))
  t.equal(neither.status, 403)
  t.equal(parseChallenge(neither.headers.get('www-authenticate'))['scope'], 'read:places')
})

await t.test('a route may say itself what caches keep; refusals and failures are never kept', async t => {
  const own = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      const onRequest = app.requireScopes('read:places', { noStore: false })
      const schema = { hide: true }
      app.get('/silent', { onRequest, schema }, async () => 'silent')
      app.get('/kept', { onRequest, schema }, async (request, reply) => {
        reply.header('cache-control', 'private, max-age=60').header('vary', 'Authorization')
        const { fail } = request.query as { fail?: string }
        if (fail === '404') return reply.callNotFound()
        if (fail !== undefined) throw new Error('after all')
        return 'kept'
      })
      // Whoever answers errors without a word about caches: refusals of the guard carry it already.
      app.get('/by-itself', { onRequest, schema, errorHandler: (error, _request, reply) => { void reply.code(error.statusCode ?? 500).send('in my own words') } }, async () => 'by itself')
      app.get('/default', { onRequest: app.requireScopes('read:places'), schema }, async (_request, reply) => reply.header('cache-control', 'no-cache').send('default'))
    }
  })
  const said = async (path: string, scope?: string) => {
    const { status, headers } = await own.call(path, scope === undefined ? undefined : issuer.token({ scope }))
    return [status, headers.get('cache-control')]
  }
  t.same(await said('/silent', 'read:places'), [200, null])
  t.same(await said('/kept', 'read:places'), [200, 'private, max-age=60'])
  t.same(await said('/default', 'read:places'), [200, 'no-cache'], 'by default, too, the route has the last word')
  for (const path of ['/silent', '/kept', '/default']) {
    t.same(await said(path), [401, 'no-store'])
    t.same(await said(path, 'read:weather'), [403, 'no-store'])
  }
  for (const token of [undefined, 'x', 'a.b.c', issuer.token({ scope: 'read:weather' })]) t.equal((await own.call('/by-itself', token)).headers.get('cache-control'), 'no-store')
  t.same(await said('/kept?fail=500', 'read:places'), [500, 'no-store'])
  t.same(await said('/kept?fail=404', 'read:places'), [404, 'no-store'])
  t.same(await said('/kept?access_token=x', 'read:places'), [400, 'no-store'])
  const head = async (token?: string) => (await fetch(`${own.url}/kept`, { method: 'HEAD', ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }) })).headers.get('cache-control')
  t.same([await head(), await head(issuer.token({ scope: 'read:places' }))], ['no-store', 'private, max-age=60'])
})

await t.test('keys can not be had: 503 with Retry-After and no challenge; bad form is still 4xx; ready says no', async t => {
  const down = await startIssuer(t)
  down.behave('down')
  const app = await startTestApp(t, { issuer: down, database: noDatabase })
  for (const path of ['/v1/me', '/v1/places']) {
    const answer = await app.call(path, down.token())
    t.equal(answer.status, 503)
    t.match(answer.headers.get('retry-after'), /^[1-9][0-9]?$/)
    t.equal(answer.headers.get('www-authenticate'), null)
    t.match(await answer.json(), { code: 'keys_unavailable', status: 503 })
  }
  t.equal((await app.call('/v1/me')).status, 401, 'without credentials')
  t.equal((await app.call('/v1/me', 'x')).status, 401, 'opaque')
  t.equal((await app.call('/v1/me', down.token({ exp: 1 }))).status, 401, 'expired')
  t.equal((await app.call('/v1/me?access_token=x')).status, 400, 'in the query')
  t.match(await (await app.call('/health/ready')).json(), { status: 'unavailable', checks: { keys: 'unavailable' } })
  t.equal((await app.call('/health/live')).status, 200)
})

await t.test('every answer of a protected route is not to be stored; unknown addresses get no challenge', async t => {
  for (const token of [undefined, 'x', issuer.token()]) t.equal((await call('/v1/me', token)).headers.get('cache-control'), 'no-store')
  const nothing = await call('/v1/nothing', issuer.token())
  t.equal(nothing.status, 404)
  t.equal(nothing.headers.get('www-authenticate'), null)
  t.match(await nothing.json(), { code: 'not_found', title: 'Not Found' })
})
