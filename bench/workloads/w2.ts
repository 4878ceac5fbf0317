import type { Bench } from '../bench.js'
import { able, type Label } from '../candidates/index.js'
import type { LoadResult } from '../children/load-run.js'
import { startChild, type Child } from '../children/start-child.js'
import { compare } from '../compare.js'
import { reportComparison } from '../comparison-table.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { FIRST_TOKEN, startServers, type Server } from '../servers.js'
import type { TokenRange } from '../token-pool.js'

const labels: Label[] = ['open', 'open (again)', 'scopegate-public', 'scopegate', 'jose', 'fastify-jwt-jwks', 'fastify-jwt+get-jwks']
const CONNECTIONS = 10
/** Long enough for 10,000 signature checks; who remembers no tokens is only warmed up. */
const TIME_TO_SEE_ALL = 30
const TIME_TO_WARM = 1.5

/** W2: ten thousand users at work; every token was seen before. */
export async function seenTokens (bench: Bench): Promise<void> {
  bench.report.heading('W2: many tokens in turn, all seen before')
  for (const alg of bench.options.algorithms) await measure(bench, alg)
}

async function measure (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { rounds, seconds, quick } = bench.options
  progress(`W2 ${alg}: signing`)
  const tokens = await bench.pool(alg).range(FIRST_TOKEN, quick ? 500 : 10_000)
  const load = await startChild('load')
  const warmed = new Map<Label, number>()
  progress(`W2 ${alg}`)
  const samples = await compare({
    start: () => startServers(bench, able(labels, alg), alg),
    warm: async server => { warmed.set(server.label, await warm(server, load, tokens, quick)) },
    load,
    rounds,
    request: { connections: CONNECTIONS, credentials: { kind: 'in-turn', tokens }, seconds }
  })
  await load.stop()
  reportComparison(samples, { title: `W2, ${alg}, ${tokens.count} tokens, ${CONNECTIONS} connections`, reference: 'open', report: bench.report })
  bench.report.note(`Tokens sent before measuring: ${[...warmed].map(([label, count]) => `${label} ${count}`).join(', ')}. Candidates without a token cache are only warmed up.`)
}

async function warm (server: Server, load: Child, tokens: TokenRange, quick: boolean): Promise<number> {
  const seconds = server.label === 'scopegate' ? TIME_TO_SEE_ALL : quick ? 0.3 : TIME_TO_WARM
  const { completed } = await load.call<LoadResult>('run', { port: server.port, connections: CONNECTIONS, seconds, credentials: { kind: 'once', tokens } })
  return completed
}
