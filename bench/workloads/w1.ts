import type { Bench } from '../bench.js'
import { able, isFast, type Label } from '../candidates/index.js'
import { startChild } from '../children/start-child.js'
import { compare } from '../compare.js'
import { reportComparison } from '../comparison-table.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { FIRST_TOKEN, startServers } from '../servers.js'
import { WARM_UP_SHARE } from '../warm-up.js'
import { oneProcess } from './one-process.js'
import { withoutSockets } from './without-sockets.js'

const labels: Label[] = ['open', 'open (again)', 'scopegate-public', 'scopegate-same-answer', 'scopegate', 'fastify-jwt+get-jwks', 'fastify-jwt-jwks', 'jose', 'express-oauth2-jwt-bearer', 'mcp-auth']
const CONNECTIONS = 10
/** Whoever checks each signature anew is so far away from the others that few rounds tell. */
const SLOW_ROUNDS = 2
/** Of their warming-up. */
const SLOW_RUNS = 2
/** Measurements of each in a round. */
const TURNS = 6

/** W1: one token again and again, as an agent at work sends it. */
export async function oneToken (bench: Bench): Promise<void> {
  bench.report.heading('W1: one token again and again')
  for (const alg of bench.options.algorithms) await measure(bench, alg)
}

async function measure (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { rounds, seconds, warmUpRuns } = bench.options
  progress(`W1 ${alg}`)
  const tokens = await bench.pool(alg).range(FIRST_TOKEN, 1)
  const request = { connections: CONNECTIONS, credentials: { kind: 'in-turn' as const, tokens } }
  const load = await startChild('load')
  const samples = await compare({
    start: wanted => startServers(bench, able(labels, alg).filter(wanted), alg),
    takesPart: (label, round) => round < SLOW_ROUNDS || isFast(label),
    warm: async ({ port, label }, run) => { if (isFast(label) || run < SLOW_RUNS) await load.call('run', { ...request, port, seconds: seconds * WARM_UP_SHARE }) },
    warmUpRuns,
    load,
    rounds,
    turns: TURNS,
    request: { ...request, seconds: seconds / 2 }
  })
  await load.stop()
  reportComparison(samples, { title: `W1, ${alg}, ${CONNECTIONS} connections`, reference: 'open', report: bench.report })
  await oneProcess(bench, { workload: 'W1', alg, tokens })
  await withoutSockets(bench, bench.pool(alg), tokens)
}
