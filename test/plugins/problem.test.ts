import { connect } from 'node:net'
import { once } from 'node:events'
import t from 'tap'
import { errorForLog } from '../../src/error-log.js'
import { noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// The one place where an error becomes an answer, and what of it goes into the log.

const issuer = await startIssuer(t)
const open = { config: { public: true as const }, schema: { hide: true } }

await t.test('whatever a handler throws: problem+json, its status kept, its words not shown', async t => {
  const withStatus = (statusCode: number) => Object.assign(new Error('internal words'), { statusCode })
  const thrown: Array<[string, unknown, number, string]> = [
    ['401', withStatus(401), 401, 'unauthorized'], ['403', withStatus(403), 403, 'forbidden'], ['404', withStatus(404), 404, 'not_found'],
    ['418', withStatus(418), 400, 'bad_request'], ['429', withStatus(429), 429, 'too_many_requests'], ['503', withStatus(503), 503, 'service_unavailable'],
    ['502', withStatus(502), 500, 'internal_error'], ['200', withStatus(200), 500, 'internal_error'],
    ['error', new Error('internal words'), 500, 'internal_error'], ['frozen', Object.freeze(new Error('internal words')), 500, 'internal_error'],
    ['text', 'internal words', 500, 'internal_error'], ['null', null, 500, 'internal_error'], ['object', { statusCode: 200 }, 500, 'internal_error'],
    ['validation', Object.assign(new Error('internal words'), { validation: true }), 500, 'internal_error'],
    ['code', Object.assign(withStatus(400), { code: 'toString' }), 400, 'bad_request']
  ]
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      for (const [name, error] of thrown) app.get(`/throw/${name}`, open, async () => { throw error })
    }
  })
  for (const [name, , status, code] of thrown) {
    const answer = await call(`/throw/${name}`)
    t.equal(answer.status, status, name)
    t.equal(answer.headers.get('content-type'), 'application/problem+json', name)
    const body = await answer.text()
    t.match(JSON.parse(body), { status, code }, name)
    t.notMatch(body, 'internal words', `${name}: not shown`)
  }
})

await t.test('bytes that are no HTTP get an answer, and the connection ends also when the client does not hang up', async t => {
  const { port } = await startTestApp(t, { issuer, database: noDatabase })
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  t.teardown(() => socket.destroy())
  let answer = ''
  socket.on('data', (chunk: Buffer) => { answer += chunk.toString() })
  socket.on('error', () => {}) // a reset is an end, too
  socket.write('GARBAGE\r\n\r\n')
  await Promise.race([once(socket, 'end'), once(socket, 'close')])
  t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*application\/problem\+json[\s\S]*"code":"bad_request"/)
})

await t.test('the log gets no query strings, no extra members, and no parameters of a failed query', t => {
  class DrizzleQueryError extends Error {}
  const failed = new DrizzleQueryError('Failed query: insert … params: alice,My secret home', { cause: Object.assign(new Error('connection lost'), { code: '08006' }) })
  t.match(errorForLog(failed), { type: 'Error', message: 'connection lost', code: '08006' })
  t.notMatch(JSON.stringify(errorForLog(failed)), 'secret')
  const url = Object.assign(new Error('Reply was sent, url: /v1/me?access_token=hidden'), { body: 'hidden' })
  t.notMatch(JSON.stringify(errorForLog(url)), 'hidden')
  t.match(errorForLog(url), { message: 'Reply was sent, url: /v1/me?…' })
  t.match(errorForLog(new Error('outer', { cause: 'inner?token=hidden' })), { message: 'outer', cause: { type: 'string', message: 'inner?…' } })
  t.end()
})
