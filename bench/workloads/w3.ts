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

interface Field {
  labels: Label[]
  reference: Label
  rounds: number
}

const CONNECTIONS = [1, 8, 32]
const CONNECTIONS_QUICK = [8]
const MAX_ROUNDS = 3
/** Rounds for two who are closer to each other than three rounds can tell. */
const ROUNDS_OF_TWO = 4
/** What the fastest gets done in a second on this kind of machine; who is slower stops at the time. */
const TOKENS_PER_SECOND = { ES384: 2_600, RS256: 12_000 }

/** W3: every token is new, as after a restart or with very short-lived tokens. */
export async function newTokens (bench: Bench): Promise<void> {
  const { report, options: { algorithms, quick, rounds } } = bench
  const all: Field = {
    labels: ['open', 'scopegate', 'jose', 'jose (again)', 'fastify-jwt+get-jwks', 'fastify-jwt-jwks'],
    reference: 'jose',
    rounds: Math.min(rounds, MAX_ROUNDS)
  }
  const bestPeer: Field = {
    labels: ['fastify-jwt-jwks', 'fastify-jwt-jwks (again)', 'scopegate'],
    reference: 'fastify-jwt-jwks',
    rounds: rounds * ROUNDS_OF_TWO
  }
  report.heading('W3: every token new')
  for (const alg of algorithms) {
    for (const connections of quick ? CONNECTIONS_QUICK : CONNECTIONS) await measure(bench, alg, connections, all)
    // With one connection a check on the event loop, as theirs, is the fastest.
    if (alg === 'RS256') await measure(bench, alg, 1, bestPeer)
    await verifierAlone(bench, alg)
    await oneCheckSeveralWays(bench, alg)
  }
}

/** Fresh servers for every round, so that the same tokens are new again. */
async function measure (bench: Bench, alg: SigningAlgorithm, connections: number, { labels, reference, rounds }: Field): Promise<void> {
  const { report, options: { seconds, warmUpRuns } } = bench
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
  reportComparison(samples, { title: `W3, ${alg}, ${connections} connections, to ${reference}`, reference, report })
  report.note(`${labels.includes('open') ? '"open" is there for orientation: no check at all. ' : ''}At most ${batch} tokens a round.`)
}
