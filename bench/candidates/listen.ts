import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import { answer, schema } from './candidate.js'

/** Fastify: adds the public route and listens. */
export async function listenFastify (app: FastifyInstance, port: number): Promise<number> {
  app.get('/open', { config: { public: true }, schema }, async () => answer)
  await app.listen({ host: '127.0.0.1', port })
  return (app.server.address() as AddressInfo).port
}

/** Express: the same. */
export async function listenExpress (app: Express, port: number): Promise<number> {
  app.get('/open', (_request, response) => { response.json(answer) })
  const server = await new Promise<Server>((resolve, reject) => {
    const starting = app.listen(port, '127.0.0.1', (error?: Error) => { error ? reject(error) : resolve(starting) })
  })
  return (server.address() as AddressInfo).port
}
