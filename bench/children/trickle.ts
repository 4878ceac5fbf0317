import { Agent, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { quantile } from '../stats.js'
import { readTokens, type TokenRange } from '../token-pool.js'

export interface TrickleOptions {
  port: number
  /** Each is sent once. */
  tokens: TokenRange
  perSecond: number
  localAddress: string
}

export interface TrickleResult { sent: number, failures: number, p50: number, p99: number, max: number }

const TIMEOUT = 10_000

/**
 * Honest newcomers: new tokens at a steady pace, whether or not the ones before were answered.
 * Plain node:http, because autocannon can't choose the address it comes from.
 */
export async function runTrickle ({ port, tokens, perSecond, localAddress }: TrickleOptions): Promise<TrickleResult> {
  const agent = new Agent({ keepAlive: true })
  const startedAt = performance.now()
  const waits = readTokens(tokens).map(async (token, index) => {
    await pause(Math.max(0, startedAt + index * 1000 / perSecond - performance.now()))
    return timeRequest({ port, token, localAddress, agent })
  })
  const answered = await Promise.all(waits)
  agent.destroy()
  const good = answered.filter(one => one.status === 200).map(one => one.wait)
  return {
    sent: answered.length,
    failures: answered.length - good.length,
    p50: quantile(good, 0.5),
    p99: quantile(good, 0.99),
    max: quantile(good, 1)
  }
}

interface OneRequest { port: number, token: string, localAddress: string, agent: Agent }

/** `status` 0: no answer in time, or the connection was lost. */
function timeRequest ({ port, token, localAddress, agent }: OneRequest): Promise<{ status: number, wait: number }> {
  const startedAt = performance.now()
  return new Promise(resolve => {
    const done = (status: number) => { resolve({ status, wait: performance.now() - startedAt }) }
    const request = get({ host: '127.0.0.1', port, path: '/bench', agent, localAddress, timeout: TIMEOUT, headers: { authorization: `Bearer ${token}` } }, response => {
      response.on('end', () => { done(response.statusCode ?? 0) }).resume()
    })
    request.on('timeout', () => { request.destroy(new Error('no answer in time')) })
    request.on('error', () => { done(0) }) // counted as a failure
  })
}
