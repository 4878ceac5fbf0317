import type { Bench } from '../bench.js'
import { able, isFast, remembers, type Label } from '../candidates/index.js'
import type { LoadResult } from '../children/load-run.js'
import { startChild, type Child } from '../children/start-child.js'
import { compare } from '../compare.js'
import { reportComparison } from '../comparison-table.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { FIRST_TOKEN, startServers, type Server } from '../servers.js'
import type { TokenRange } from '../token-pool.js'
import { WARM_UP_SHARE } from '../warm-up.js'
import { oneProcess } from './one-process.js'
import { withoutSockets } from './without-sockets.js'

const labels: Label[] = ['open', 'open (again)', 'scopegate-public', 'scopegate-same-answer', 'scopegate', 'jose', 'fastify-jwt-jwks', 'fastify-jwt+get-jwks']
const CONNECTIONS = 10
/** Whoever checks each signature anew is so far away from the others that few rounds tell. */
const SLOW_ROUNDS = 2
/** Measurements of each in a round. */
const TURNS = 6
/** Long enough for 10,000 signature checks; who remembers no tokens is only warmed up. */
const TIME_TO_SEE_ALL = 30
const TIME_TO_WARM = 1.5

/** W2: ten thousand users at work; every token was seen before. */
export async function seenTokens (bench: Bench): Promise<void> {
  bench.report.heading('W2: many tokens in turn, all seen before')
  for (const alg of bench.options.algorithms) await measure(bench, alg)
}

async function measure (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { rounds, seconds, quick, warmUpRuns } = bench.options
  progress(`W2 ${alg}: signing`)
  const tokens = await bench.pool(alg).range(FIRST_TOKEN, quick ? 500 : 10_000)
  const load = await startChild('load')
  const sent = new Map<Label, number>()
  const request = { connections: CONNECTIONS, credentials: { kind: 'in-turn' as const, tokens } }
  progress(`W2 ${alg}`)
  const samples = await compare({
    start: wanted => startServers(bench, able(labels, alg).filter(wanted), alg),
    takesPart: (label, round) => round < SLOW_ROUNDS || isFast(label),
    prepare: async server => { sent.set(server.label, await sendOnce(server, load, tokens, bench.options)) },
    warm: async ({ port, label }) => { if (isFast(label)) await load.call('run', { ...request, port, seconds: seconds * WARM_UP_SHARE }) },
    warmUpRuns,
    load,
    rounds,
    turns: TURNS,
    request: { ...request, seconds: seconds / 2 }
  })
  await load.stop()
  reportComparison(samples, { title: `W2, ${alg}, ${tokens.count} tokens, ${CONNECTIONS} connections`, reference: 'open', report: bench.report })
  bench.report.note(`Tokens sent before measuring: ${[...sent].map(([label, count]) => `${label} ${count}`).join(', ')}. Candidates without a token cache are only warmed up.`)
  await oneProcess(bench, { workload: 'W2', alg, tokens, prepare: (server, load) => sendOnce(server, load, tokens, bench.options) })
  await withoutSockets(bench, bench.pool(alg), tokens)
}

/** All tokens once. */
async function sendOnce (server: Server, load: Child, tokens: TokenRange, { quick }: Bench['options']): Promise<number> {
  const once = remembers(server.label) ? TIME_TO_SEE_ALL : quick ? 0.3 : TIME_TO_WARM
  const { completed } = await load.call<LoadResult>('run', { port: server.port, connections: CONNECTIONS, seconds: once, credentials: { kind: 'once', tokens } })
  return completed
}
