import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { connect as connectClient, signIn } from '../../examples/demo/oauth.js'
import { createReport } from '../../examples/demo/report.js'
import { FormBrowser } from '../../examples/shared/form-browser.js'
import { freePort } from '../../examples/shared/free-port.js'
import { seed } from '../../src/dev/index.js'
import { runServer, temporaryFolder } from './process.js'

const robot = seed.clients.weatherRobot
const official = seed.clients.officialWeatherApp

async function robotToken (asPort: number, resource: string): Promise<string> {
  const response = await fetch(`http://localhost:${asPort}/oidc/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${robot.id}:${robot.secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read:weather', resource })
  })
  return (await response.json() as { access_token: string }).access_token
}

async function aliceToken (asPort: number, resource: string): Promise<string> {
  const app = await connectClient(`http://localhost:${asPort}/oidc`, official.id, official.secret, 'http://localhost:4100/callback')
  const { username, password } = seed.users.alice
  const { tokens } = await signIn(createReport(() => {}), app, new FormBrowser(), { username, password, consent: 'allow' },
    { scope: 'read:places write:places', resource })
  return tokens?.access_token ?? ''
}

void t.test('starts with nothing configured, serves, survives kill -9, and ends cleanly on SIGTERM sent twice', { timeout: 120_000 }, async t => {
  const dataDir = temporaryFolder(t)
  const [port, asPort] = [await freePort(), await freePort()]
  const env = { PORT: String(port), AS_PORT: String(asPort), DATA_DIR: dataDir, WEATHER_SOURCE: 'observations' }
  const api = `http://localhost:${port}`

  const first = runServer(t, env)
  await first.answers(`${api}/health/ready`)
  t.equal((await fetch(`${api}/health/live`)).status, 200, '/health/live answers')
  for (const word of [`${api}/docs`, 'alice', seed.users.alice.password, official.id, official.secret, 'curl -i', 'npm run weatherbot']) {
    t.match(first.output.out, word, `the start card says ${word}`)
  }

  const token = await robotToken(asPort, `${api}/`)
  const call = (bearer: string) => fetch(`${api}/v1/forecast?place=Seattle`, { headers: { authorization: `Bearer ${bearer}` } })
  t.equal((await call(token)).status, 200, 'a token of the embedded authorization server is accepted')

  const alice = await aliceToken(asPort, `${api}/`)
  const places = (init: RequestInit = {}) => fetch(`${api}/v1/places`, { ...init, headers: { authorization: `Bearer ${alice}`, 'content-type': 'application/json' } })
  const home = { name: 'Home', latitude: 47.6, longitude: -122.3 }
  t.equal((await places({ method: 'POST', body: JSON.stringify(home) })).status, 201, 'a place is saved')

  const second = runServer(t, { ...env, PORT: String(await freePort()), AS_PORT: String(await freePort()) })
  t.match(await second.exited, { code: 1 }, 'a second process does not get the same data folder')
  t.match(second.output.err, /^scopegate: DATA_DIR: expected .* found .*\n$/, 'and says so in one line')

  first.kill('SIGKILL')
  await first.exited
  const again = runServer(t, env)
  await again.answers(`${api}/health/ready`)
  t.equal((await call(token)).status, 200, 'after kill -9 the signing key is the same: the old token still counts')
  t.match(await (await places()).json(), { places: [home] }, 'and the place is still there')

  again.kill('SIGTERM')
  again.kill('SIGTERM')
  t.same(await again.exited, { code: 0, signal: null }, 'two SIGTERM end it with code 0')
  t.notMatch(again.output.out + again.output.err, token, 'the token is in no log')
})

void t.test('with LOGTO_ENDPOINT no embedded server starts, and the service runs while Logto is down', { timeout: 60_000 }, async t => {
  const dataDir = temporaryFolder(t)
  const [port, asPort, logtoPort] = [await freePort(), await freePort(), await freePort()]
  const server = runServer(t, {
    PORT: String(port), AS_PORT: String(asPort), DATA_DIR: dataDir, LOGTO_ENDPOINT: `http://localhost:${logtoPort}/`, LOG_LEVEL: 'silent'
  })
  const api = `http://localhost:${port}`
  await server.answers(`${api}/health/live`)
  t.same(await (await server.answers(`${api}/health/ready`, 503)).json(), { status: 'unavailable', checks: { database: 'ok', keys: 'unavailable' } },
    '/health/ready says what is missing')
  await t.rejects(fetch(`http://127.0.0.1:${asPort}/`), 'nothing listens on AS_PORT')
  const metadata = await (await fetch(`${api}/.well-known/oauth-protected-resource`)).json() as Record<string, unknown>
  t.same(metadata.authorization_servers, [`http://localhost:${logtoPort}/oidc`], 'the documents name Logto')
  t.notMatch(server.output.out, 'alice', 'the card shows no seeded users')

  const stuck = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => stuck.destroy())
  stuck.write('GET /health/live HTTP/1.1\r\n') // and never the rest
  await fetch(`${api}/health/live`)
  server.kill('SIGINT')
  t.match(await server.exited, { code: 0 }, 'SIGINT ends it with code 0, also while a client does not finish its request')
})

void t.test('wrong configuration: one line, exit code 1, nothing half started', { timeout: 60_000 }, async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const takenPort = String((taken.address() as { port: number }).port)
  const free = String(await freePort())

  const cases: Array<[string, Record<string, string>, RegExp]> = [
    ['a port that is none', { PORT: 'http' }, /^scopegate: PORT: expected a port number .*, found "http"\n$/],
    ['a taken PORT', { PORT: takenPort, AS_PORT: free }, /^scopegate: PORT: expected a port .*, found \d+: another program uses it\n$/],
    ['a taken AS_PORT', { PORT: free, AS_PORT: takenPort }, /^scopegate: AS_PORT: expected a port .*, found \d+: another program uses it\n$/],
    ['a host that is not this machine', { HOST: '192.0.2.1' }, /^scopegate: HOST: expected an address of this machine, found "192\.0\.2\.1": .*\n$/],
    ['production without Logto', { NODE_ENV: 'production' }, /^scopegate: LOGTO_ENDPOINT: expected .*production.*, found nothing\n$/],
    ['a database that does not answer', { PORT: free, LOGTO_ENDPOINT: 'http://localhost:1', DATABASE_URL: 'postgres://user:hidden-word@127.0.0.1:1/db' }, /^scopegate: DATABASE_URL: expected .*, found: .*ECONNREFUSED.*\n$/]
  ]
  for (const [name, env, line] of cases) {
    const dataDir = join(temporaryFolder(t), 'data')
    const server = runServer(t, { DATA_DIR: dataDir, ...env })
    t.same(await server.exited, { code: 1, signal: null }, `${name}: exit code 1`)
    t.match(server.output.err, line, `${name}: one line`)
    t.notMatch(server.output.err, 'hidden-word', `${name}: no secret`)
    t.equal(server.output.out, '', `${name}: nothing else is printed`)
    await t.rejects(readdir(join(dataDir, 'database')), `${name}: no database was made`)
  }
})
