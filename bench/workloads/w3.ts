import type { Bench } from '../bench.js'
import { able, type Label } from '../candidates/index.js'
import { startChild } from '../children/start-child.js'
import { compare } from '../compare.js'
import { reportComparison } from '../comparison-table.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { startServers } from '../servers.js'
import { parts } from '../token-pool.js'
import { WARM_UP_SHARE } from '../warm-up.js'
import { verifierAlone } from './w3-alone.js'
import { oneCheckSeveralWays } from './w3-ways.js'

const labels: Label[] = ['open', 'scopegate', 'jose', 'jose (again)', 'fastify-jwt+get-jwks', 'fastify-jwt-jwks']
const CONNECTIONS = [1, 8, 32]
const CONNECTIONS_QUICK = [8]
const MAX_ROUNDS = 3
/** What the fastest gets done in a second on this kind of machine; who is slower stops at the time. */
const TOKENS_PER_SECOND = { ES384: 2_600, RS256: 12_000 }

/** W3: every token is new, as after a restart or with very short-lived tokens. */
export async function newTokens (bench: Bench): Promise<void> {
  bench.report.heading('W3: every token new')
  for (const alg of bench.options.algorithms) {
    for (const connections of bench.options.quick ? CONNECTIONS_QUICK : CONNECTIONS) await measure(bench, alg, connections)
    await verifierAlone(bench, alg)
    await oneCheckSeveralWays(bench, alg)
  }
}

/** Fresh servers for every round, so that the same tokens are new again. */
async function measure (bench: Bench, alg: SigningAlgorithm, connections: number): Promise<void> {
  const { report, options: { seconds, warmUpRuns } } = bench
  const rounds = Math.min(bench.options.rounds, MAX_ROUNDS)
  const batch = Math.ceil(TOKENS_PER_SECOND[alg] * seconds)
  progress(`W3 ${alg}: signing`)
  const tokens = await bench.pool(alg).range(1, batch)
  const others = parts(await bench.pool(alg).range(1 + batch, Math.ceil(warmUpRuns * WARM_UP_SHARE * batch)), warmUpRuns)
  progress(`W3 ${alg}, ${connections} connections`)
  const load = await startChild('load')
  const samples = await compare({
    start: wanted => startServers(bench, able(labels, alg).filter(wanted), alg),
    warm: ({ port }, run) => load.call('run', { port, connections, seconds: seconds * WARM_UP_SHARE, credentials: { kind: 'once', tokens: others[run] } }),
    warmUpRuns,
    load,
    rounds,
    request: { connections, seconds, credentials: { kind: 'once', tokens } }
  })
  await load.stop()
  reportComparison(samples, { title: `W3, ${alg}, ${connections} connections`, reference: 'jose', report })
  report.note(`"open" is there for orientation: no check at all. At most ${batch} tokens a round.`)
}
