import type { Bench } from '../bench.js'
import { able, type Label } from '../candidates/index.js'
import { startChild } from '../children/start-child.js'
import { compare } from '../compare.js'
import { reportComparison } from '../comparison-table.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { FIRST_TOKEN, startServers } from '../servers.js'

const labels: Label[] = ['open', 'open (again)', 'scopegate-public', 'scopegate', 'fastify-jwt+get-jwks', 'fastify-jwt-jwks', 'jose', 'express-oauth2-jwt-bearer', 'mcp-auth']
const CONNECTIONS = 10

/** W1: one token again and again, as an agent at work sends it. */
export async function oneToken (bench: Bench): Promise<void> {
  bench.report.heading('W1: one token again and again')
  for (const alg of bench.options.algorithms) await measure(bench, alg)
}

async function measure (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { rounds, seconds } = bench.options
  progress(`W1 ${alg}`)
  const tokens = await bench.pool(alg).range(FIRST_TOKEN, 1)
  const request = { connections: CONNECTIONS, credentials: { kind: 'in-turn' as const, tokens } }
  const load = await startChild('load')
  const samples = await compare({
    start: () => startServers(bench, able(labels, alg), alg),
    warm: ({ port }) => load.call('run', { ...request, port, seconds }),
    load,
    rounds,
    request: { ...request, seconds }
  })
  await load.stop()
  reportComparison(samples, { title: `W1, ${alg}, ${CONNECTIONS} connections`, reference: 'open', report: bench.report })
}
