import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import oauthFrontDoor from '../../routes/oauth-front-door.js'
import { errorForLog } from '../../src/error-log.js'
import { createTokenRequests } from '../../src/front-door/token.js'
import { answerKeySet, type KeySetBehaviour } from '../kit/key-set-behaviour.js'
import { basic, postForm, type Answer } from './front-door-house.js'

// A token endpoint that fails in every way: the client learns that it may try again, from us, in
// OAuth's shape and in time; the code it sent goes nowhere else and into no log.

const body = { grant_type: 'authorization_code', code: 'the-code', redirect_uri: 'https://agent.example/cb', client_id: 'x' }
const credentials = basic('id', 'the-secret')

/** The front door alone, its time limit short, before a token endpoint that behaves as told. */
async function start (t: Test, behaviour: KeySetBehaviour | ((response: Parameters<typeof answerKeySet>[0]) => void)) {
  const requests: string[] = []
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (typeof behaviour === 'function') behaviour(response)
    else answerKeySet(response, behaviour, { access_token: 'x' }, `${endpoint}/elsewhere`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'trace', serializers: { err: errorForLog }, stream: { write: (line: string) => { lines.push(line) } } } })
  await app.register(oauthFrontDoor, { authorizationEndpoint: `${endpoint}/oidc/auth`, tokenEndpoint: `${endpoint}/oidc/token`, resources: ['https://api.example.test/'], timeout: 300 })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(async () => {
    server.close()
    server.closeAllConnections()
    app.server.closeAllConnections()
    await app.close()
  })
  const stop = () => { server.close(); server.closeAllConnections() }
  return { requests, lines, stop, ask: () => postForm(`${url}/oauth/token`, body, credentials) }
}

function unavailable (t: Test, answer: Answer, name: string): void {
  t.equal(answer.status, 503, name)
  t.equal(answer.headers.get('retry-after'), '10', name)
  t.equal(answer.headers.get('cache-control'), 'no-store', name)
  t.match(answer.headers.get('content-type'), /^application\/json/, name)
  t.equal(answer.headers.get('location'), null, name)
  t.strictSame(answer.body, { error: 'temporarily_unavailable', error_description: 'The authorization server gives no usable answer right now; try again later.' }, name)
}

for (const behaviour of ['down', 'slow', 'trickling', 'html', 'huge', 'redirect', 'switching'] as const) {
  await t.test(`no usable answer: ${behaviour}`, async t => {
    const { ask, requests, lines } = await start(t, behaviour)
    unavailable(t, await ask(), behaviour)
    t.strictSame(requests, ['POST /oidc/token'], 'asked once: a code counts once; and nowhere else')
    const log = lines.join('')
    t.match(log, 'gave no usable answer', 'the operator learns of it')
    t.notMatch(log, /the-code|the-secret|aWQ6dGhl/)
  })
}

await t.test('no usable answer: nobody listening, and then somebody again', async t => {
  const { ask, stop } = await start(t, 'healthy')
  t.equal((await ask()).status, 200)
  stop()
  unavailable(t, await ask(), 'nobody listening')
})

await t.test('redirects of every kind are not followed, wherever they lead', async t => {
  for (const status of [301, 302, 303, 307, 308]) {
    const { ask, requests } = await start(t, response => { response.writeHead(status, { location: '/oidc/elsewhere', 'content-type': 'application/json' }).end('{}') })
    unavailable(t, await ask(), String(status))
    t.equal(requests.length, 1)
  }
})

await t.test('pages for people with any status, and answers without a type, are no answers', async t => {
  for (const [status, type] of [[200, 'text/html'], [502, 'text/html; charset=utf-8'], [503, 'text/plain'], [404, 'application/jsonp'], [200, undefined], [204, undefined]] as const) {
    const { ask } = await start(t, response => { response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(status === 204 ? '' : '<p>Sorry') })
    unavailable(t, await ask(), `${status} ${type}`)
  }
})

await t.test('JSON of any status comes back as it is, to the last byte', async t => {
  const answers: Array<[number, Record<string, string>, string]> = [
    [200, { 'content-type': 'application/json; charset=utf-8', pragma: 'no-cache' }, '{ "access_token":"ä\\u0000", "n": 1.0 }\n'],
    [400, { 'content-type': 'application/json' }, '{"error":"invalid_grant"}'],
    [401, { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="x, y", charset="UTF-8"' }, '{"error":"invalid_client"}'],
    [429, { 'content-type': 'application/problem+json', 'retry-after': '77' }, '{}'],
    [500, { 'content-type': 'application/json' }, '{"error":"server_error"}'],
    [503, { 'content-type': 'APPLICATION/JSON' }, '']
  ]
  for (const [status, headers, text] of answers) {
    const { ask } = await start(t, response => { response.writeHead(status, headers).end(text) })
    const answer = await ask()
    t.equal(answer.status, status)
    t.equal(answer.text, text)
    for (const [name, value] of Object.entries(headers)) t.equal(answer.headers.get(name), value, `${status}: ${name}`)
    t.equal(answer.headers.get('cache-control'), 'no-store')
  }
})

await t.test('two hundred requests wait for Logto at once, fifty of one address, and no more; then there is room again', async t => {
  let release = () => {}
  const released = new Promise<void>(resolve => { release = resolve })
  const server = createServer((_request, response) => { void released.then(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close(); server.closeAllConnections() })
  const request = createTokenRequests({ tokenEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, resources: ['https://api.example.test/'], timeout: 60_000 })
  const ask = (source: string) => request(Object.entries(body), '', source)
  const waiting = Array.from({ length: 50 }, () => ask('greedy'))
  await t.rejects(ask('greedy'), { code: 'temporarily_unavailable', status: 503, retryAfter: 10 }, 'the fifty-first of one address')
  waiting.push(...Array.from({ length: 150 }, (_, at) => ask(`honest ${at % 10}`)))
  await t.rejects(ask('late'), { code: 'temporarily_unavailable', status: 503, retryAfter: 10 })
  release()
  t.strictSame(new Set((await Promise.all(waiting)).map(({ status }) => status)), new Set([200]))
  t.equal((await ask('greedy')).status, 200)
})
