import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { seed } from '../../src/dev/index.js'
import { apiResource, boot, decode, isOpaque } from './helpers.js'

const { officialWeatherApp: official, weatherbot, docs } = seed.clients

const { server: { tenant }, authorize, exchange, refresh, asClient } = await boot(t)

const scopeOf = (body: Record<string, unknown>): unknown => decode(body.access_token).payload.scope
const resource = apiResource
const wide = { scope: 'openid profile offline_access read:weather read:places', prompt: 'consent', resource }

await t.test('a confidential client keeps its refresh token (087-104)', async t => {
  const first = (await exchange(weatherbot, await authorize(weatherbot, wide), { resource })).body
  const { body: about } = await asClient(weatherbot, '/token/introspection', { token: String(first.refresh_token) })
  t.equal(Number(about.exp) - Number(about.iat), 14 * 24 * 3600, 'for a fortnight')
  const again = await refresh(weatherbot, first.refresh_token, { resource })
  t.equal(again.status, 200)
  t.equal(again.body.refresh_token, first.refresh_token, 'the same')
  t.equal(scopeOf(again.body), 'read:weather read:places')
  t.ok(again.body.id_token)
  const narrow = await refresh(weatherbot, first.refresh_token, { resource, scope: 'read:weather' })
  t.equal(scopeOf(narrow.body), 'read:weather')
  t.equal(narrow.body.id_token, undefined, 'openid not asked (089)')
  const wider = await refresh(weatherbot, first.refresh_token, { resource, scope: 'read:weather write:places' })
  t.match(wider, { status: 400, body: { code: 'oidc.invalid_scope', scope: 'write:places' } }, 'capture 093')
  const opaque = await refresh(weatherbot, first.refresh_token)
  t.ok(isOpaque(opaque.body.access_token), 'without resource (095)')
  const other = await refresh(weatherbot, first.refresh_token, { resource: 'http://localhost:9999' })
  t.match(other, { status: 400, body: { code: 'oidc.invalid_target' } }, 'capture 097')
  t.match(await refresh(official, first.refresh_token, { resource }), { status: 400, body: { error: 'invalid_grant' } },
    'another client\'s token (101)')
  t.match(await refresh(weatherbot, 'bogus', { resource }), { status: 400, body: { error: 'invalid_grant' } }, '099')
})

await t.test('offline_access without prompt=consent is dropped silently', async t => {
  const { prompt, ...noPrompt } = wide
  const { body } = await exchange(weatherbot, await authorize(weatherbot, noPrompt), { resource })
  t.equal(scopeOf(body), 'read:weather read:places')
  t.equal(body.refresh_token, undefined)
  const first = await exchange(official, await authorize(official, noPrompt), { resource })
  t.ok(isOpaque(first.body.refresh_token), 'alwaysIssueRefreshToken makes up for it')
})

await t.test('roles and ceilings are looked up at every refresh (308-312, 419-423)', async t => {
  const { body } = await exchange(weatherbot, await authorize(weatherbot, wide), { resource })
  const now = async (): Promise<unknown> => scopeOf((await refresh(weatherbot, body.refresh_token, { resource })).body)
  t.equal(await now(), 'read:weather read:places')

  const alice = tenant.data.users['user-alice']
  const bot = tenant.data.applications['weatherbot']
  if (alice === undefined || bot === undefined) throw new Error('the seeds are not there')
  const { roleIds } = alice
  await tenant.change(() => { alice.roleIds = [] })
  t.equal(await now(), '', 'roles taken: an empty scope, a valid token')
  await tenant.change(() => { alice.roleIds = roleIds })
  t.equal(await now(), 'read:weather read:places', 'roles given back')

  const { resourceScopes } = bot.consent
  await tenant.change(({ scopes }) => { bot.consent.resourceScopes = resourceScopes.filter(id => scopes[id]?.name === 'read:weather') })
  t.equal(await now(), 'read:weather', 'the app may ask for less')
  await tenant.change(() => { bot.consent.resourceScopes = resourceScopes })
  t.equal(await now(), 'read:weather read:places')
})

await t.test('a public client gets a new refresh token; reusing an old one ends them all (365-374)', async t => {
  const params = { scope: 'read:weather offline_access', prompt: 'consent', resource }
  const first = (await exchange(docs, await authorize(docs, params), { resource })).body
  const second = await refresh(docs, first.refresh_token)
  t.equal(second.status, 200)
  t.not(second.body.refresh_token, first.refresh_token)
  const atOnce = await refresh(docs, first.refresh_token)
  t.equal(atOnce.status, 200, 'once more within three seconds (369)')
  await sleep(4000)
  t.match(await refresh(docs, first.refresh_token), { status: 400, body: { code: 'oidc.invalid_grant' } }, '371')
  t.match(await refresh(docs, second.body.refresh_token), { status: 400, body: { code: 'oidc.invalid_grant' } }, '373')
})

await t.test('two refreshes at the same moment both succeed, as at Logto', async t => {
  const params = { scope: 'read:weather offline_access', prompt: 'consent', resource }
  const { body } = await exchange(docs, await authorize(docs, params), { resource })
  const answers = await Promise.all([refresh(docs, body.refresh_token), refresh(docs, body.refresh_token)])
  t.strictSame(answers.map(({ status }) => status), [200, 200])
})

await t.test('a code that is used twice ends the grant (128-131)', async t => {
  const outcome = await authorize(official, { scope: 'openid read:weather', resource })
  const { body } = await exchange(official, outcome, { resource })
  t.match(await exchange(official, outcome, { resource }), { status: 400, body: { code: 'oidc.invalid_grant' } })
  t.match(await refresh(official, body.refresh_token, { resource }),
    { status: 400, body: { code: 'oidc.invalid_grant' } }, 'the refresh token is gone as well')
})

await t.test('of two requests with one code at the same moment one gets tokens', async t => {
  const outcome = await authorize(official, { scope: 'openid read:weather', resource })
  const answers = await Promise.all([1, 2, 3, 4].map(async () => await exchange(official, outcome, { resource })))
  t.strictSame(answers.map(({ status }) => status).sort(), [200, 400, 400, 400])
})

await t.test('an unknown resource burns the code (140-143)', async t => {
  const outcome = await authorize(official, { scope: 'openid read:weather', resource })
  t.match(await exchange(official, outcome, { resource: 'http://localhost:9999' }),
    { status: 400, body: { code: 'oidc.invalid_target' } })
  t.match(await exchange(official, outcome, { resource }), { status: 400, body: { code: 'oidc.invalid_grant' } })
})

await t.test('a revoked refresh token is of no more use (424, 425)', async t => {
  const { body } = await exchange(weatherbot, await authorize(weatherbot, wide), { resource })
  const revoked = await asClient(weatherbot, '/token/revocation', { token: String(body.refresh_token) })
  t.equal(revoked.status, 200)
  t.match(await refresh(weatherbot, body.refresh_token, { resource }), {
    status: 400, body: { code: 'oidc.invalid_grant', message: 'Grant request is invalid.' }
  })
})
