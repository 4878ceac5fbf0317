import { randomBytes, randomFillSync } from 'node:crypto'
import type { IssuerInfo } from './candidates/candidate.js'
import { claims, signingInput } from './mint.js'

const RANDOM_POOL = 64 * 1024

/** Random bytes from a pool: one call per token would cost the load generator more than the sending. */
function randomSource () {
  const pool = Buffer.alloc(RANDOM_POOL)
  let at = RANDOM_POOL
  return (size: number): Buffer => {
    if (at + size > RANDOM_POOL) {
      randomFillSync(pool)
      at = 0
    }
    at += size
    return pool.subarray(at - size, at)
  }
}

const random = randomSource()

/**
 * Header and payload of an honest token under random signatures, each another. Both numbers of an
 * ES384 signature (and RSA's one) stay within range, so that the whole price of a check is paid.
 */
export function forgedSignatures (honest: string): () => string {
  const parts = honest.split('.')
  const input = parts.slice(0, 2).join('.')
  const size = Buffer.from(parts[2] ?? '', 'base64url').length
  return () => {
    const signature = random(size)
    for (const index of [0, size / 2]) signature[index] = (signature[index] ?? 0) & 0x7f
    return `${input}.${signature.toString('base64url')}`
  }
}

/** Tokens of good form, issuer and audience, under a `kid` that nobody publishes, each another. */
export function madeUpKids (info: IssuerInfo): () => string {
  const payload = signingInput({}, claims(info)).split('.')[1] ?? ''
  return () => {
    const header = Buffer.from(JSON.stringify({ alg: 'ES384', typ: 'at+jwt', kid: random(32).toString('base64url') })).toString('base64url')
    return `${header}.${payload}.${random(96).toString('base64url')}`
  }
}

/** What is no token at all: noise, noise with dots, JSON that is none, cut and padded ones; each another. */
export function garbage (info: IssuerInfo): () => string {
  const whole = madeUpKids(info)
  const kinds = [
    () => random(90).toString('base64url'),
    () => `${random(60).toString('base64url')}.${random(300).toString('base64url')}.${random(96).toString('base64url')}`,
    () => `${random(8).toString('hex')}${whole()}`,
    () => whole().slice(0, 500),
    () => `${whole()}==`,
    () => `${random(300).toString('hex')}...`
  ]
  let turn = 0
  return () => {
    turn = (turn + 1) % kinds.length
    return kinds[turn]?.() ?? randomBytes(16).toString('hex')
  }
}
