import { isDeepStrictEqual } from 'node:util'
import { answerTo } from '../ask.js'
import type { Bench } from '../bench.js'
import { startChild, type Child } from '../children/start-child.js'
import { sample, type Sample } from '../compare.js'
import type { SigningAlgorithm } from '../issuer.js'
import type { Options } from '../options.js'
import { progress } from '../report.js'
import { startServers, stopServers, type Server } from '../servers.js'
import { median, ratios, shuffle } from '../stats.js'
import { digits, spread } from '../table.js'
import { readTokens, type TokenRange } from '../token-pool.js'
import { WARM_UP_SHARE, warmUpInTurn } from '../warm-up.js'

/** All answer with the same body, to the same requests. By default a protected route adds `Cache-Control: no-store`; with `noStore: false` it leaves that to the route. */
const routes = {
  'without auth': '/open',
  'without auth (again)': '/open',
  'with auth, noStore: false': '/plain',
  'without auth, with no-store': '/no-store',
  'with auth': '/bench'
} as const
type Route = keyof typeof routes
const names = Object.keys(routes) as Route[]
const BASE = 'without auth'
/** With the header, too. */
const SAME_ANSWER = 'without auth, with no-store'
/** Their answers are the same to the last byte. */
const PAIRS: ReadonlyArray<readonly [Route, Route]> = [['with auth, noStore: false', BASE], ['with auth', SAME_ANSWER]]
const CONNECTIONS = 10
const TURNS = 12
/** For each round: processes of one program differ by more than the turns of one. */
const PROCESSES = 2
/** Of a measurement: short ones, because what holds the machine up comes and goes. */
const SHARE = 0.25

/** What one process has shown. */
interface Measured {
  cpu: number
  rate: number
  /** The middle one of its turns, to the route without auth in the same turn. */
  cpuRatio: number
  rateRatio: number
  /** The same, to the one with the same answer. */
  cpuToSame: number
  rateToSame: number
}

export interface OneProcess {
  workload: 'W1' | 'W2'
  alg: SigningAlgorithm
  tokens: TokenRange
  /** What the process has to have seen before. */
  prepare?: (server: Server, load: Child) => Promise<unknown>
}

/**
 * A workload once more, with all routes in one process: two processes of one program differ by more than the check
 * costs. One ratio for each process, the middle one of its turns.
 */
export async function oneProcess (bench: Bench, { workload, alg, tokens, prepare }: OneProcess): Promise<void> {
  const { report, options: { rounds, quick } } = bench
  const count = quick ? 1 : rounds * PROCESSES
  const load = await startChild('load')
  const processes: Array<Map<Route, Measured>> = []
  for (let number = 1; number <= count; number++) {
    progress(`${workload} ${alg}, one process: ${number} of ${count}`)
    const servers = await startServers(bench, ['scopegate'], alg)
    for (const server of servers) {
      await requireSameAnswer(server, tokens)
      await prepare?.(server, load)
      await server.call('growOld')
      processes.push(await measure(server, load, tokens, bench.options))
    }
    await stopServers(servers)
  }
  await load.stop()
  report.table(
    `${workload}, ${alg}, all routes in one process, ${CONNECTIONS} connections`,
    ['route', 'CPU µs/request', 'CPU ratio', 'lowest–highest', 'requests/s', 'ratio', 'lowest–highest', 'CPU, to no-store', 'requests/s, to no-store'],
    names.map(name => {
      const of = (value: keyof Measured) => processes.map(own => own.get(name)?.[value] ?? NaN)
      const middle = (value: keyof Measured) => digits(median(of(value)))
      return [name, middle('cpu'), middle('cpuRatio'), spread(of('cpuRatio')), middle('rate'), middle('rateRatio'), spread(of('rateRatio')), middle('cpuToSame'), middle('rateToSame')]
    })
  )
}

async function requireSameAnswer ({ port }: Server, tokens: TokenRange): Promise<void> {
  const [token] = readTokens({ ...tokens, count: 1 })
  for (const pair of PAIRS) {
    const [own, same] = await Promise.all(pair.map(async name => {
      const { status, headers, body } = await answerTo({ port, path: routes[name], token })
      return { status, headers: headers.filter((_value, index) => headers[index - index % 2] !== 'Date'), body }
    }))
    if (!isDeepStrictEqual(own, same)) throw new Error(`not the same answer: ${JSON.stringify([own, same])}`)
  }
}

/** The routes of one server in turn. */
async function measure (server: Server, load: Child, tokens: TokenRange, { seconds, quick, warmUpRuns }: Options): Promise<Map<Route, Measured>> {
  const request = { connections: CONNECTIONS, credentials: { kind: 'in-turn' as const, tokens } }
  await warmUpInTurn([...new Set(Object.values(routes))], warmUpRuns, path => load.call('run', { ...request, port: server.port, path, seconds: seconds * WARM_UP_SHARE }))
  const turns = new Map<Route, Sample[]>(names.map(name => [name, []]))
  for (let turn = 0; turn < (quick ? 2 : TURNS); turn++) {
    for (const name of shuffle(names)) turns.get(name)?.push(await sample(server, load, { ...request, path: routes[name], seconds: seconds * SHARE }))
  }
  const of = (name: Route, value: 'cpu' | 'rate') => turns.get(name)?.map(turn => turn[value]) ?? []
  return new Map(names.map(name => [name, {
    cpu: median(of(name, 'cpu')),
    rate: median(of(name, 'rate')),
    cpuRatio: median(ratios(of(BASE, 'cpu'), of(name, 'cpu'))),
    rateRatio: median(ratios(of(name, 'rate'), of(BASE, 'rate'))),
    cpuToSame: median(ratios(of(SAME_ANSWER, 'cpu'), of(name, 'cpu'))),
    rateToSame: median(ratios(of(name, 'rate'), of(SAME_ANSWER, 'rate')))
  }]))
}
