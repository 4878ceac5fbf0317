import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Fastify from 'fastify'
import fp from 'fastify-plugin'
import t from 'tap'
import manifest from '../../plugins/manifest.js'
import { packageRoot } from '../../src/root.js'
import { buildTestApp, noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// The manifest stops the start when the store would not take it, says so beforehand on the command
// line, and can be read by the store's page and by no other.

const issuer = await startIssuer(t)

await t.test('a manifest that the store would not take stops the boot, its members named', async t => {
  const openaiVerificationToken = 'with a space'
  const app = Fastify()
  const values = { publicUrl: 'https://api.example.test', authorizationEndpoint: 'https://api.example.test/a', tokenEndpoint: 'ftp://api.example.test/t', contactEmail: 'a@example.test', openaiVerificationToken }
  app.decorate('askableScopes', () => ['read:weather' as const])
  await app.register(fp(async () => {}, { name: 'resource-metadata' }))
  await app.register(manifest, values)
  t.teardown(() => app.close())
  await t.rejects(async () => { await app.ready() }, {
    name: 'StartError',
    message: 'ai-plugin.json: auth.authorization_url: expected an https address (http on loopback only), found "ftp://api.example.test/t"; auth.verification_tokens.openai: expected a token without white space; empty before the store has given one, found "with a space"'
  })
})

await t.test('plain http in one\'s own network does not stop the boot; no store is meant', async t => {
  const app = await buildTestApp(t, { issuer, database: noDatabase, env: { PUBLIC_URL: 'http://api.example.test' } })
  await app.ready()
  t.match((await app.inject('/.well-known/ai-plugin.json')).json(), { api: { url: 'http://api.example.test/openapi.json' } })
})

await t.test('npm run manifest:check: what is wrong, or "ok"', async t => {
  async function check (env: Record<string, string>) {
    const { NODE_OPTIONS: _options, ...rest } = process.env
    const child = spawn(process.execPath, ['--import', 'tsx', join(packageRoot(), 'scripts/manifest-check.ts')], { cwd: t.testdirName, env: { ...rest, LOGTO_ENDPOINT: issuer.endpoint, ...env } })
    const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number]>])
    return { out, error, code }
  }
  t.testdir()
  t.strictSame(await check({ PUBLIC_URL: 'https://api.example.com', LOGTO_ENDPOINT: 'https://tenant.logto.example' }), { out: 'ok\n', error: '', code: 0 })
  t.match(await check({ PUBLIC_URL: 'https://api.example.com' }), { out: /^auth\.client_url: expected an address that others can reach, [^\n]+\nauth\.authorization_url: [^\n]+\n$/, code: 1 })
  t.match(await check({ PUBLIC_URL: 'http://api.example.com' }), { out: /^api\.url: expected [^\n]+\nlogo_url: [^\n]+\nlegal_info_url: [^\n]+\n$/, error: '', code: 1 })
  t.match(await check({ CONTACT_EMAIL: 'nobody' }), { out: '', error: 'CONTACT_EMAIL: expected an e-mail address, found "nobody"\n', code: 2 })
})

await t.test('CORS: the store\'s page reads manifest and OpenAPI; nobody else, nothing else, no credentials', async t => {
  const { call } = await startTestApp(t, { issuer, database: noDatabase })
  const documents = ['/.well-known/ai-plugin.json', '/openapi.json', '/openapi.yaml']
  const answers = async (path: string, origin: string | undefined, method = 'GET') => {
    const { status, headers } = await call(path, undefined, { method, ...(origin === undefined ? {} : { headers: { origin } }) })
    return { status, allowed: headers.get('access-control-allow-origin'), vary: headers.get('vary'), others: [...headers.keys()].filter(name => name.startsWith('access-control-') && name !== 'access-control-allow-origin') }
  }
  for (const path of documents) {
    for (const origin of ['https://chat.openai.com', 'https://chatgpt.com']) {
      for (const method of ['GET', 'HEAD']) t.strictSame(await answers(path, origin, method), { status: 200, allowed: origin, vary: 'Origin', others: [] }, `${method} ${path} for ${origin}`)
    }
    for (const origin of [undefined, 'null', '', '*', 'http://chatgpt.com', 'https://chatgpt.com:444', 'https://chatgpt.com.evil.example', 'https://evil-chatgpt.com', 'https://CHATGPT.com', 'https://x.chatgpt.com', 'https://chatgpt.com/', 'https://chatgpt.com, https://evil.example']) {
      t.strictSame(await answers(path, origin), { status: 200, allowed: null, vary: 'Origin', others: [] }, `${path} for ${origin}`)
    }
    t.match(await answers(path, 'https://chatgpt.com', 'OPTIONS'), { status: 404, allowed: null }, `${path}: no preflight`)
  }
  for (const path of ['/', '/docs', '/logo.png', '/legal', '/health/live', '/v1/me', '/v1/places', '/nothing', '/.well-known/oauth-protected-resource']) {
    t.match(await answers(path, 'https://chatgpt.com'), { allowed: null, others: [] }, path)
  }
})
