import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { IssuerInfo } from '../candidates/candidate.js'
import type { SigningAlgorithm } from '../issuer.js'
import { readTokens, type TokenRange } from '../token-pool.js'
import { answerCalls } from './answer-calls.js'
import { createWays, inputOf, type Way } from './ways.js'

export interface CheckOptions {
  way: Way
  tokens: TokenRange
  /** So many checks under way at any time. */
  inFlight: number
}

export interface CheckResult {
  rate: number
  /** Microseconds of CPU for one check, all threads. */
  cpu: number
  /** Milliseconds for which nothing else could run. */
  longestBlock: number
}

/** Signature checks without HTTP: `check <issuer as JSON> <JWK as JSON> <alg>`. */
const [, , issuer = '', jwk = '', alg = ''] = process.argv
const ways = await createWays({
  issuer: JSON.parse(issuer) as IssuerInfo,
  jwk: JSON.parse(jwk) as Record<string, unknown>,
  alg: alg as SigningAlgorithm
})
answerCalls({ measure })

async function measure ({ way, tokens: range, inFlight }: CheckOptions): Promise<CheckResult> {
  const inputs = readTokens(range).map(token => inputOf(way, token))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await new Promise(resolve => { setTimeout(resolve, 5) })
  delay.reset()
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: inFlight }, () => work(way, inputs)))
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await new Promise(resolve => { setTimeout(resolve, 5) }) // the last block is seen by the timer after it
  delay.disable()
  // The histogram counts from one tick of its timer to the next, 1 ms when nothing blocks.
  return { rate: range.count / seconds, cpu: (user + system) / range.count, longestBlock: Math.max(0, delay.max / 1e6 - 1) }
}

/** Every check begins in a turn of its own, as a request does; eight at once arrive in the same turn. */
async function work (way: Way, inputs: string[]): Promise<void> {
  for (let input = inputs.pop(); input !== undefined; input = inputs.pop()) {
    await new Promise(resolve => { setImmediate(resolve) })
    await ways[way](input)
  }
}
