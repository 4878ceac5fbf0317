import { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** Takes what is written and drops it; the rest of what node:http asks of a socket. */
class NoSocket extends Writable {
  readonly remoteAddress = '127.0.0.1'
  override _write (_chunk: unknown, _encoding: unknown, callback: () => void): void { callback() }
  setTimeout (): this { return this }
}

/**
 * A connection without network and without HTTP parser: node:http's own objects, Fastify's own way of a request.
 * One request at a time.
 * @returns the status
 */
export function connectWithoutSocket (app: FastifyInstance): (authorization: string) => Promise<number> {
  const socket = new NoSocket() as unknown as Socket
  return authorization => new Promise(resolve => {
    const request = new IncomingMessage(socket)
    Object.assign(request, { method: 'GET', url: '/bench', httpVersion: '1.1', httpVersionMajor: 1, httpVersionMinor: 1 })
    request.rawHeaders = ['Host', '127.0.0.1', 'Connection', 'keep-alive', 'authorization', authorization]
    const response = new ServerResponse(request)
    response.assignSocket(socket)
    response.on('finish', () => {
      response.detachSocket(socket)
      resolve(response.statusCode)
    })
    app.routing(request, response)
  })
}
