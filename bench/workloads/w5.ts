import type { Bench } from '../bench.js'
import type { Label } from '../candidates/index.js'
import type { Credentials } from '../children/request-plan.js'
import type { LoadResult } from '../children/load-run.js'
import { startChild } from '../children/start-child.js'
import { progress, type Report } from '../report.js'
import { settledUsage, startServers, stopServers, type Server } from '../servers.js'
import { digits } from '../table.js'
import { growth } from './w5-growth.js'
import { rotation } from './w5-rotation.js'

const labels: Label[] = ['scopegate', 'jose', 'fastify-jwt+get-jwks']
const kinds = ['made-up-kids', 'garbage'] as const
const CONNECTIONS = 20
/** So long measurements that a fetch per request shows. */
const TIMES = 3

/** W5: tokens that name keys which do not exist, and headers that are no tokens. */
export async function unknownKeys (bench: Bench): Promise<void> {
  bench.report.heading('W5: made-up kids and garbage')
  await flood(bench)
  await growth(bench)
  await rotation(bench)
}

async function flood (bench: Bench): Promise<void> {
  progress('W5: floods')
  const load = await startChild('load')
  const servers = await startServers(bench, labels, 'ES384')
  const rows: string[][] = []
  for (const kind of kinds) {
    for (const server of servers) {
      const credentials: Credentials = { kind, issuer: bench.issuer.info }
      const fetchesBefore = bench.issuer.fetches
      const result = await load.call<LoadResult>('run', { port: server.port, connections: CONNECTIONS, seconds: bench.options.seconds * TIMES, credentials })
      await settledUsage(server)
      rows.push([kind, server.label, digits(result.rate), digits(result.seconds), String(bench.issuer.fetches - fetchesBefore), digits(result.p99)])
      reportAdmitted(server, kind, result, bench.report)
    }
  }
  await stopServers([load, ...servers])
  bench.report.table(`W5: flood on ${CONNECTIONS} connections, each token another`, ['flood', 'candidate', 'requests/s', 'seconds', 'key set fetches', 'p99 ms'], rows)
  bench.report.note('scopegate and jose ask again for an unknown kid at most once in 30 s; the count is for a few seconds.')
}

function reportAdmitted ({ label }: Server, kind: string, { completed, non2xx, errors }: LoadResult, report: Report): void {
  if (completed > non2xx) report.failure(`W5: ${label} let ${completed - non2xx} requests with ${kind} in.`)
  if (errors > 0) report.failure(`W5: ${label} lost ${errors} requests with ${kind}.`)
}
