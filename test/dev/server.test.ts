import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, get as httpGet } from 'node:http'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import * as openid from 'openid-client'
import { createSqlStore, seed, startEmbeddedServer } from '../../src/dev/index.js'
import { loadKeys } from '../../src/dev/keys.js'
import { packageRoot } from '../../src/root.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { actions, apiResource, botUrl, decode, publicUrl, temporaryFolder } from './helpers.js'

const { weatherbot, officialWeatherApp: official } = seed.clients
const { alice } = seed.users
const person = { username: alice.username, password: alice.password, consent: 'allow' as const }

const db = new PGlite()
t.teardown(async () => { await db.close() })
const store = createSqlStore((sql, params) => db.query(sql, params))
const options = { port: 0, apiResource, publicUrl, store }

await t.test('sessions, grants, refresh tokens and the key outlive a restart', async t => {
  const dataDir = await temporaryFolder(t)
  const before = await startEmbeddedServer({ ...options, dataDir })
  const first = actions(before)
  const browser = new FormBrowser()
  const request = { scope: 'openid offline_access read:weather', prompt: 'consent', resource: apiResource }
  const tokens = (await first.exchange(weatherbot, await first.authorize(weatherbot, request, { browser }), { resource: apiResource })).body
  const pending = await first.authorize(official, { scope: 'openid read:weather' })
  await before.close()

  const after = await startEmbeddedServer({ ...options, dataDir, port: before.port })
  t.teardown(async () => { await after.close() })
  t.strictSame([after.port, after.issuer, after.endpoint],
    [before.port, `http://localhost:${before.port}/oidc`, `http://localhost:${before.port}`])
  const second = actions(after)
  const refreshed = await second.refresh(weatherbot, tokens.refresh_token, { resource: apiResource })
  t.equal(refreshed.status, 200, 'the refresh token')
  t.equal(decode(refreshed.body.access_token).header.kid, decode(tokens.access_token).header.kid, 'the key')
  const again = await second.authorize(weatherbot, { scope: 'openid read:weather', resource: apiResource }, { browser })
  t.notOk(again.signInShown, 'the session and its cookies')
  t.notOk(again.consentShown, 'the grant')
  t.equal((await second.exchange(official, pending, { resource: apiResource })).status, 200, 'even a code')
})

await t.test('keys are readable by the owner only, kept, and refused when broken', async t => {
  const dataDir = await temporaryFolder(t)
  const keys = await loadKeys(dataDir)
  const folder = join(dataDir, 'authorization-server')
  t.strictSame((await readdir(folder)).sort(), ['cookie-keys.json', 'signing-key.json'])
  t.equal((await stat(folder)).mode & 0o777, 0o700)
  for (const name of await readdir(folder)) t.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name)
  t.match(keys.signing, { kty: 'EC', crv: 'P-384', alg: 'ES384', use: 'sig' })
  t.strictSame(await loadKeys(dataDir), keys, 'the second start reads them')
  const file = join(folder, 'signing-key.json')
  for (const broken of ['', '{', '{"kty":"EC","crv":"P-256","d":"x"}', 'null']) {
    await writeFile(file, broken, { mode: 0o644 })
    await t.rejects(loadKeys(dataDir), { message: /signing-key\.json cannot be read as a key; delete it/ }, broken)
  }
  t.equal(await readFile(file, 'utf8'), 'null', 'and not overwritten')
  await t.rejects(loadKeys(join(file, 'below-a-file')), { code: 'ENOTDIR' })
})

await t.test('an openid-client finds its way with discovery alone', async t => {
  const server = await startEmbeddedServer({ ...options, dataDir: await temporaryFolder(t) })
  t.teardown(async () => { await server.close() })
  const config = await openid.discovery(new URL(server.issuer), weatherbot.id, { id_token_signed_response_alg: 'ES384' },
    openid.ClientSecretBasic(weatherbot.secret), { execute: [openid.allowInsecureRequests] })
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const nonce = openid.randomNonce()
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: `${botUrl}/callback`,
    scope: 'openid email offline_access read:weather',
    prompt: 'consent',
    resource: apiResource,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce
  })
  const { callback } = await new FormBrowser().authorize(url.href, person)
  const tokens = await openid.authorizationCodeGrant(config, callback,
    { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }, { resource: apiResource })
  t.match(tokens.claims(), { sub: alice.id, email: alice.email })
  t.equal(decode(tokens.access_token).payload.scope, 'read:weather')
  const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource: apiResource })
  t.equal(decode(refreshed.access_token).payload.aud, apiResource)
})

await t.test('a taken port is the system\'s own error', async t => {
  const dataDir = await temporaryFolder(t)
  const server = await startEmbeddedServer({ ...options, dataDir })
  t.teardown(async () => { await server.close() })
  await t.rejects(startEmbeddedServer({ ...options, dataDir, port: server.port }),
    { code: 'EADDRINUSE', port: server.port, address: '127.0.0.1' })
  t.equal((await fetch(`${server.issuer}/jwks`)).status, 200, 'the first one is unharmed')
})

await t.test('production is refused, and addresses that are none', async t => {
  const dataDir = await temporaryFolder(t)
  await t.rejects(startEmbeddedServer({ ...options, dataDir, production: true }), { message: /LOGTO_ENDPOINT/ })
  t.strictSame(await readdir(dataDir), [], 'before anything is made')
  const server = await startEmbeddedServer({ ...options, dataDir, production: false })
  await server.close()
  await t.rejects(startEmbeddedServer({ ...options, dataDir, port: server.port, botUrl: 'nowhere' }),
    { message: 'client weatherbot: redirect_uris must only contain valid uris' })
  const next = await startEmbeddedServer({ ...options, dataDir, port: server.port })
  await next.close()
  t.equal(next.port, server.port, 'the failed start gave its port back')
})

await t.test('close is quick in spite of kept connections', async t => {
  const server = await startEmbeddedServer({ ...options, dataDir: await temporaryFolder(t) })
  const agent = new Agent({ keepAlive: true })
  t.teardown(() => { agent.destroy() })
  const [response] = await once(httpGet(`${server.issuer}/jwks`, { agent }), 'response')
  response.resume()
  await once(response, 'end')
  const start = Date.now()
  await server.close()
  t.ok(Date.now() - start < 500, `${Date.now() - start} ms`)
  await t.rejects(fetch(`${server.issuer}/jwks`), 'nobody listens any more')
})

await t.test('nothing clutters the terminal', async t => {
  const script = `
    import { startEmbeddedServer } from './src/dev/index.ts'
    import { FormBrowser } from './examples/shared/form-browser.ts'
    const rows = new Map()
    const key = (...parts) => parts.join(' ')
    const find = uid => [...rows.values()].find(row => row.uid === uid)
    const store = {
      prepare: async () => {}, get: async (m, i) => rows.get(key(m, i)), set: async (m, i, p) => { rows.set(key(m, i), p) },
      delete: async (m, i) => { rows.delete(key(m, i)) }, consume: async () => true, findByUid: async (m, u) => find(u),
      findByUserCode: async () => undefined, revokeByGrantId: async () => {}
    }
    const server = await startEmbeddedServer({ port: 0, apiResource: '${apiResource}', publicUrl: '${publicUrl}', store,
      dataDir: ${JSON.stringify(await temporaryFolder(t))} })
    const query = new URLSearchParams({ client_id: 'weatherbot', response_type: 'code', scope: 'openid read:weather',
      redirect_uri: '${botUrl}/callback' })
    const { callback } = await new FormBrowser().authorize(server.issuer + '/auth?' + query, ${JSON.stringify(person)})
    const body = new URLSearchParams({ grant_type: 'authorization_code', code: callback.searchParams.get('code'),
      redirect_uri: '${botUrl}/callback', client_id: 'weatherbot', client_secret: '${weatherbot.secret}' })
    const answer = await fetch(server.issuer + '/token', { method: 'POST', body })
    await fetch(server.issuer + '/auth?client_id=x', { headers: { accept: 'text/html' } })
    await fetch(server.issuer + '/session/end')
    await server.close()
    process.exitCode = answer.status === 200 ? 0 : 1`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: packageRoot() })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { output += chunk.toString() })
  const [code] = await once(child, 'close')
  t.equal(output, '')
  t.equal(code, 0)
})
