import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { createManagement } from '../../src/logto/management.js'

// A Logto that begins to answer and then says no more must not hold up whoever asked: the time limit
// holds for the whole answer.

let stalled: 'token' | 'list' | 'nothing' = 'nothing'
const json = { 'content-type': 'application/json' }
const half = (response: ServerResponse) => response.writeHead(200, json).write('[')

const server = createServer((request, response) => {
  request.resume()
  if (request.url === '/oidc/token') {
    if (stalled === 'token') half(response)
    else response.writeHead(200, json).end(JSON.stringify({ access_token: 'x', expires_in: 3600, scope: 'all' }))
  } else if (stalled === 'list') half(response)
  else response.writeHead(200, json).end('[]')
})
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
t.teardown(() => {
  server.closeAllConnections()
  server.close()
})
const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const ask = () => createManagement({ endpoint, appId: 'a', appSecret: 'b', resource: 'r', timeout: 200 }).ask('list the roles', api => api.GET('/api/roles'))

for (const part of ['token', 'list'] as const) {
  await t.test(`an answer that stops half-way: ${part}`, async t => {
    stalled = part
    t.match(await ask().catch((error: unknown) => error), { name: 'LogtoError', failure: 'unreachable', outcomeUnknown: true, reason: 'Logto did not answer in time.' })
    stalled = 'nothing'
    t.strictSame(await ask(), [], 'and the next one is answered')
  })
}
