import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../ask.js'
import { freePort } from '../../examples/shared/free-port.js'
import type { Bench } from '../bench.js'
import { candidateOf, type Label } from '../candidates/index.js'
import { fromSource, startChild } from '../children/start-child.js'
import { progress } from '../report.js'
import { median, ratios, rotate } from '../stats.js'
import { digits, spread } from '../table.js'
import { readTokens } from '../token-pool.js'

const labels: Label[] = ['open', 'open (again)', 'scopegate', 'fastify-jwt+get-jwks', 'jose']
const MIN_ROUNDS = 9
/** Milliseconds between two tries to connect. */
const PACE = 3
const PATIENCE = 30_000

/** From the start of the process to the first 200 with a token (ES384). */
export async function coldStart (bench: Bench): Promise<void> {
  progress('W6: cold starts')
  const { quick, rounds } = bench.options
  const [token = ''] = readTokens(await bench.pool('ES384').range(0, 1))
  const times = new Map<Label, number[]>(labels.map(label => [label, []]))
  for (let round = 0; round < (quick ? 1 : Math.max(rounds, MIN_ROUNDS)); round++) {
    for (const label of rotate(labels, round)) times.get(label)?.push(await timeStart(bench, label, token))
  }
  const base = times.get('open') ?? []
  bench.report.table('W6: from the start of the process to the first 200',
    ['candidate', 'median ms', 'lowest–highest ms', 'to open', 'starts'],
    labels.map(label => {
      const own = times.get(label) ?? []
      return [label, digits(median(own)), spread(own.map(Math.round)), digits(median(ratios(own, base))), String(own.length)]
    }))
  bench.report.note('"to open" is time by time: above 1 is slower.')
  if (fromSource) bench.report.note('These starts include tsx and its compiling; run the compiled bench for numbers that mean something.')
}

async function timeStart (bench: Bench, label: Label, token: string): Promise<number> {
  const port = await freePort()
  const startedAt = performance.now()
  const starting = startChild('server', [candidateOf(label), JSON.stringify(bench.issuer.info), String(port)])
  const [child, milliseconds] = await Promise.all([starting, firstAnswer(port, token, startedAt)])
  await child.stop()
  return milliseconds
}

async function firstAnswer (port: number, token: string, startedAt: number): Promise<number> {
  while (performance.now() - startedAt < PATIENCE) {
    // Nobody listens yet, or the keys are not there yet.
    const status = await ask({ port, token }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return 0
      throw error
    })
    if (status === 200) return performance.now() - startedAt
    await pause(PACE)
  }
  throw new Error(`no answer within ${PATIENCE} ms`)
}
