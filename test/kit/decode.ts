import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import type { DecodeToken } from '../../src/auth/jws.js'

const app = Fastify()
await app.register(fastifyJwt, { secret: { public: () => Promise.reject(new Error('nothing is verified with it')) }, decode: { complete: true } })
await app.ready()

/** @fastify/jwt's decoder as plugins/auth.ts uses it, for tests of the core alone. */
export const decode: DecodeToken = token => app.jwt.decode<{ header: unknown, payload: unknown }>(token) ?? { header: null, payload: null }
