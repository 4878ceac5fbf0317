import { ask } from '../ask.js'
import type { Bench } from '../bench.js'
import type { Label } from '../candidates/index.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { startServer } from '../servers.js'
import { readTokens } from '../token-pool.js'
import { rememberedTokens } from './w6-memory.js'
import { coldStart } from './w6-start.js'

const AT_ONCE = 100
/** Milliseconds the issuer takes, as one in another data centre would: all requests come before its answer. */
const ISSUER_DELAY = 100
const labels: Array<[Label, SigningAlgorithm]> = [['scopegate', 'ES384'], ['jose', 'ES384'], ['fastify-jwt+get-jwks', 'ES384'], ['fastify-jwt-jwks', 'RS256']]

/** W6: the first requests after a start, the start itself, and what remembered tokens need. */
export async function startUp (bench: Bench): Promise<void> {
  bench.report.heading('W6: start and memory')
  await firstRequests(bench)
  await coldStart(bench)
  await rememberedTokens(bench)
}

/** A hundred different tokens at once, right after listening. */
async function firstRequests (bench: Bench): Promise<void> {
  progress('W6: first requests')
  const rows: string[][] = []
  bench.issuer.answerAfter(ISSUER_DELAY)
  for (const [label, alg] of labels) {
    const tokens = readTokens(await bench.pool(alg).range(0, AT_ONCE))
    const fetchesBefore = bench.issuer.fetches
    const server = await startServer(bench, label)
    const startedAt = performance.now()
    const statuses = await Promise.all(tokens.map(token => ask({ port: server.port, token })))
    const milliseconds = performance.now() - startedAt
    await server.stop()
    const good = statuses.filter(status => status === 200).length
    rows.push([label, alg, String(bench.issuer.fetches - fetchesBefore), `${good} of ${AT_ONCE}`, String(Math.round(milliseconds))])
    if (good < AT_ONCE) bench.report.failure(`W6: ${label} refused ${AT_ONCE - good} of the first ${AT_ONCE} requests.`)
  }
  bench.issuer.answerAfter(0)
  bench.report.table(`W6: ${AT_ONCE} requests at once right after listening; the issuer takes ${ISSUER_DELAY} ms`, ['candidate', 'alg', 'key set fetches', 'answered 200', 'all answered after ms'], rows)
}
