import type { Bench } from '../bench.js'
import type { LoadOptions } from '../children/load-run.js'
import { startChild, type Child } from '../children/start-child.js'
import { middle, sample, type Sample } from '../compare.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { startServers, stopServers, type Server } from '../servers.js'
import { median, ratios, rotate } from '../stats.js'
import { digits, spread } from '../table.js'
import type { TokenRange } from '../token-pool.js'
import { warmUp } from '../warm-up.js'

/** Both answer the same, to the same requests; only one asks for the token. */
const routes = { 'without auth': '/open', 'without auth (again)': '/open', 'with auth': '/bench' } as const
type Route = keyof typeof routes
const names = Object.keys(routes) as Route[]
const CONNECTIONS = 10
const TURNS = 12

/**
 * W1 once more, with both routes in one process: two processes of one program differ by more than the check costs. One
 * ratio for each process, of medians over its turns.
 */
export async function oneProcess (bench: Bench, alg: SigningAlgorithm, tokens: TokenRange): Promise<void> {
  const { report, options: { rounds, seconds } } = bench
  const request = { connections: CONNECTIONS, credentials: { kind: 'in-turn' as const, tokens }, seconds }
  const load = await startChild('load')
  const processes: Array<Map<Route, Sample>> = []
  for (let round = 0; round < rounds; round++) {
    progress(`W1 ${alg}, one process: ${round + 1} of ${rounds}`)
    const servers = await startServers(bench, ['scopegate'], alg)
    for (const server of servers) processes.push(await measure(server, load, request))
    await stopServers(servers)
  }
  await load.stop()
  const all = (name: Route, read: (one: Sample) => number) => processes.map(own => read(own.get(name) as Sample))
  const [cpu, rate] = [(one: Sample) => one.cpu, (one: Sample) => one.rate]
  report.table(
    `W1, ${alg}, both routes in one process, ${CONNECTIONS} connections`,
    ['route', 'CPU µs/request', 'CPU ratio', 'lowest–highest', 'requests/s', 'ratio', 'lowest–highest'],
    names.map(name => {
      const cpuRatios = ratios(all('without auth', cpu), all(name, cpu))
      const rateRatios = ratios(all(name, rate), all('without auth', rate))
      return [name, digits(median(all(name, cpu))), digits(median(cpuRatios)), spread(cpuRatios), digits(median(all(name, rate))), digits(median(rateRatios)), spread(rateRatios)]
    })
  )
}

/** The routes of one server in turn. */
async function measure (server: Server, load: Child, request: Omit<LoadOptions, 'port'>): Promise<Map<Route, Sample>> {
  for (const path of new Set(Object.values(routes))) await warmUp(load, { ...request, port: server.port, path })
  const turns = new Map<Route, Sample[]>(names.map(name => [name, []]))
  for (let turn = 0; turn < TURNS; turn++) {
    for (const name of rotate(names, turn)) turns.get(name)?.push(await sample(server, load, { ...request, path: routes[name], seconds: request.seconds / 2 }))
  }
  return new Map([...turns].map(([name, own]) => [name, middle(own)]))
}
