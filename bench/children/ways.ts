import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import { importJWK, jwtVerify } from 'jose'
import type { IssuerInfo } from '../candidates/candidate.js'
import { buildVerifier } from '../candidates/scopegate.js'
import type { SigningAlgorithm } from '../issuer.js'
import { createWorkerCheck } from './worker-check.js'

export const wayNames = ['scopegate', 'sync', 'sync (again)', 'callback', 'callback (again)', 'fast-jwt', 'app.jwt', 'worker', 'jose'] as const
export type Way = (typeof wayNames)[number]

export interface WaysOptions { issuer: IssuerInfo, jwk: Record<string, unknown>, alg: SigningAlgorithm }

/** Resolves for a good token, throws for another. */
export type Check = (token: string) => unknown

/** What a way is given: `scopegate` the header's value as it comes, in one piece; the others the token in it. */
export function inputOf (way: Way, token: string): string {
  return way === 'scopegate' ? Buffer.from(`Bearer ${token}`, 'latin1').toString('latin1') : token
}

const hashes = { ES384: 'sha384', RS256: 'sha256' } as const

/** The copy of fast-jwt that @fastify/jwt itself uses. */
const fastJwt = createRequire(import.meta.resolve('@fastify/jwt'))('fast-jwt') as typeof import('fast-jwt')

/** Several ways to check one signature; `scopegate` and `jose` check the claims, too. */
export async function createWays ({ issuer, jwk, alg }: WaysOptions): Promise<Record<Way, Check>> {
  const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const joseKey = await importJWK(jwk, alg)
  const app = Fastify()
  await app.register(fastifyJwt, { secret: { public: pem }, verify: { algorithms: [alg] } })
  await app.ready()
  const bare = bareChecks(publicKey, alg)
  return {
    scopegate: await buildVerifier(issuer),
    ...bare,
    'sync (again)': bare.sync,
    'callback (again)': bare.callback,
    'fast-jwt': fastJwt.createVerifier({ key: pem, algorithms: [alg], cache: false }),
    'app.jwt': token => app.jwt.verify(token, { key: pem, algorithms: [alg] }),
    worker: createWorkerCheck(pem, alg),
    jose: token => jwtVerify(token, joseKey, { issuer: issuer.issuer, audience: issuer.audience })
  }
}

/** `node:crypto` and nothing else: input and signature are cut out of the token, claims are not read. */
function bareChecks (publicKey: KeyObject, alg: SigningAlgorithm): { sync: Check, callback: Check } {
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const hash = hashes[alg]
  return {
    sync (token) {
      const { input, signature } = cut(token)
      if (!verify(hash, input, key, signature)) throw new Error('a good token was refused')
    },
    callback (token) {
      const { input, signature } = cut(token)
      return new Promise<void>((resolve, reject) => {
        verify(hash, input, key, signature, (error, good) => { error !== null || !good ? reject(error ?? new Error('a good token was refused')) : resolve() })
      })
    }
  }
}

function cut (token: string): { input: Buffer, signature: Buffer } {
  const dot = token.lastIndexOf('.')
  return { input: Buffer.from(token.slice(0, dot), 'latin1'), signature: Buffer.from(token.slice(dot + 1), 'base64url') }
}
