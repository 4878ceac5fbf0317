import { performance } from 'node:perf_hooks'
import type { onRequestHookHandler } from 'fastify'
import t from 'tap'
import { noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// Through the whole guard: whoever need not be waited for goes on, or is refused, within the very call of the hook.

// Node 21, and 22 before 22.8, don't say which turn of the event loop it is; there every check is handed over.
const loop = performance.nodeTiming as { uvMetricsInfo?: unknown }
const skip = loop.uvMetricsInfo === undefined && 'this Node does not count turns of its event loop'

await t.test('new RS256 tokens and seen ones are answered at once, ES384 ones are waited for', { skip }, async t => {
  const issuer = await startIssuer(t)
  const atOnce: boolean[] = []
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      const guard = app.requireScopes()
      const watched: onRequestHookHandler = function (request, reply, done) {
        let returned = false
        guard.call(app, request, reply, error => {
          atOnce.push(!returned)
          done(error)
        })
        returned = true
      }
      app.get('/watched', { schema: { hide: true }, onRequest: Object.assign(watched, { requirement: guard.requirement }) }, async () => 'handled')
    }
  })
  const rsa = issuer.token({}, {}, { key: issuer.rsa })
  const forged = `${rsa.slice(0, -8)}AAAAAAAA`
  const ec = issuer.token()
  const expired = issuer.token({ exp: 1 }, {}, { key: issuer.rsa })
  for (const [token, status, soon] of [[rsa, 200, true], [rsa, 200, true], [forged, 401, true], [expired, 401, true], [ec, 200, false], [ec, 200, true], [undefined, 401, true]] as const) {
    t.equal((await call('/watched', token)).status, status)
    t.equal(atOnce.pop(), soon)
    t.equal(atOnce.length, 0, 'done was called once')
  }
})
