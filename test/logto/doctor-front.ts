import { once } from 'node:events'
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'

export interface FrontAnswer { status: number, headers: IncomingHttpHeaders, body: Buffer }
/** Changes an answer on its way. */
export type Tamper = (answer: FrontAnswer) => FrontAnswer | Promise<FrontAnswer>

export type Front = Awaited<ReturnType<typeof startFront>>

/**
 * A proxy as it may stand before a service, on a port of loopback: passes requests on and answers
 * back, changed where a test says so.
 * @param target gives the origin behind it, at each request
 */
export async function startFront (t: Test, target: () => string, port = 0) {
  const tampers = new Map<string, Tamper>()
  const requests: string[] = []

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/'
    requests.push(`${incoming.method} ${path}`)
    const onward = request(new URL(path, target()), { method: incoming.method, headers: incoming.headers, agent: false }, response => {
      void (async () => {
        const chunks: Buffer[] = []
        for await (const chunk of response) chunks.push(chunk as Buffer)
        const answer = { status: response.statusCode ?? 502, headers: response.headers, body: Buffer.concat(chunks) }
        const { status, headers, body } = await (tampers.get(path) ?? tampers.get('*'))?.(answer) ?? answer
        delete headers['content-length']
        delete headers['transfer-encoding']
        outgoing.writeHead(status, headers).end(body)
      })()
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  async function listen (): Promise<void> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  async function stop (): Promise<void> {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  await listen()
  t.teardown(stop)

  return {
    url: `http://localhost:${port}`,
    /** Every request it got, as `METHOD /path`. */
    requests,
    /** From now on answers to this path (`*`: to every other one) come changed. */
    tamper: (path: string, change: Tamper) => { tampers.set(path, change) },
    /** From now on everything is passed on as it is. */
    honest: () => { tampers.clear() },
    stop,
    listen
  }
}

/** Changes members of a JSON body. */
export function changeJson (change: (body: Record<string, unknown>) => unknown): Tamper {
  return answer => ({ ...answer, body: Buffer.from(JSON.stringify(change(JSON.parse(answer.body.toString()) as Record<string, unknown>))) })
}
