import { Writable } from 'node:stream'
import t from 'tap'
import { noDatabase, openTestDatabase, startTestApp } from './kit/app.js'
import { startIssuer } from './kit/issuer.js'

// The service as a whole: what it says about its health, and what it writes down.

const issuer = await startIssuer(t)

await t.test('health: alive without anything, ready with database and keys, not ready without either', async t => {
  const database = await openTestDatabase(t)
  const { call } = await startTestApp(t, { issuer, database })
  t.strictSame(await (await call('/health/live')).json(), { status: 'ok' })
  const ready = await call('/health/ready')
  t.equal(ready.status, 200)
  t.equal(ready.headers.get('cache-control'), 'no-store')
  t.strictSame(await ready.json(), { status: 'ok', checks: { database: 'ok', keys: 'ok' } })

  const without = await startTestApp(t, { issuer, database: noDatabase })
  const answer = await without.call('/health/ready')
  t.equal(answer.status, 503)
  t.strictSame(await answer.json(), { status: 'unavailable', checks: { database: 'unavailable', keys: 'ok' } })
  t.equal((await without.call('/health/live')).status, 200)
  const failing = await without.call('/v1/places', issuer.token())
  t.equal(failing.status, 500)
  t.match(await failing.json(), { code: 'internal_error', detail: 'Something went wrong on our side.' })
})

await t.test('the log has who called what, and never a token or a query', async t => {
  const lines: string[] = []
  const stream = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done() } })
  const { call } = await startTestApp(t, { issuer, database: noDatabase, logger: { level: 'trace', stream } })
  const token = issuer.token({ jti: 'secret-jti' })
  const calls: Array<[string, string | undefined]> = [
    ['/v1/me', token], ['/v1/me', `${token}x`], ['/v1/me', undefined], [`/v1/me?access_token=${token}`, undefined], ['/v1/places', token], ['/v1/forecast?place=Atlantis', token],
    [`/v1/nothing/${token}`, token], [`/v1/me?a=${token}`, token], ['/v1/forecast?latitude=999&longitude=1', token], [`/${'x'.repeat(50)}%zz${token}`, token]
  ]
  for (const [path, credentials] of calls) await call(path, credentials)
  const log = lines.join('')
  for (const secret of [token, token.slice(0, 200), token.slice(-60), 'secret-jti', 'Atlantis', 'access_token', 'place=']) t.notOk(log.includes(secret), `not in the log: ${secret.slice(0, 12)}`)
  const requests = lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(line => line['msg'] === 'request')
  t.match(requests[0], { method: 'GET', route: '/v1/me', status: 200, sub: 'user-alice', clientId: 'third-party-agent' })
  t.match(requests.map(line => line['status']), [200, 401, 401, 400, 500, 404, 404, 200, 400])
  t.notOk('sub' in (requests[2] ?? {}), 'nobody, where nobody was let in')
})
