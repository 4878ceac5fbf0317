import { once } from 'node:events'
import { connect } from 'node:net'
import { Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { noDatabase, startTestApp } from '../kit/app.js'
import { requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'

// Whoever asks and is gone before the answer: then there is no address, and nothing has gone wrong on our side.

const COUNT = 20

await t.test('a connection that is reset right after its request is no fault of the service', async t => {
  const issuer = await startIssuer(t)
  const lines: string[] = []
  const stream = new Writable({ write (chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done() } })
  const { app, port } = await startTestApp(t, { issuer, database: noDatabase, logger: { level: 'info', stream } })
  for (let number = 0; number < COUNT; number += 1) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => { /* it was reset: that is what this is about */ })
    await once(socket, 'connect')
    socket.write(requestText('GET /v1/me', [`Authorization: Bearer ${issuer.token({ jti: `${number}` })}`]))
    socket.resetAndDestroy()
  }
  // Some may never be read: a reset may overtake its request.
  for (let turn = 0; turn < 200 && app.authStats().checks.checks < COUNT; turn += 1) await pause(10)
  t.ok(app.authStats().checks.checks > 0, 'they were looked at')
  await pause(50)
  t.strictSame(lines.filter(line => line.includes('"level":50')), [])
})
