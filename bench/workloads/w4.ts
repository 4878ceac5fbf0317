import type { Bench } from '../bench.js'
import { able, type Label } from '../candidates/index.js'
import type { Credentials } from '../children/request-plan.js'
import type { LoadResult } from '../children/load-run.js'
import { startChild, type Child } from '../children/start-child.js'
import type { TrickleResult } from '../children/trickle.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { FIRST_TOKEN, startServers, stopServers, type Server } from '../servers.js'
import { rotate } from '../stats.js'
import { readTokens, type TokenRange } from '../token-pool.js'
import { FLOOD_CONNECTIONS, reportClients, reportNewcomers, CLIENT_CONNECTIONS, type ClientSample, type Newcomers } from './w4-report.js'

const labels: Label[] = ['scopegate', 'jose', 'fastify-jwt-jwks']
const MAX_ROUNDS = 3
/** The flood is there before the client comes and until it is gone. */
const MARGIN = 0.3
const NEWCOMERS_PER_SECOND = 20
const NEWCOMERS_SECONDS = 4
/** 127.0.0.1 is where the flood comes from. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2']

interface Scene {
  seconds: number
  client: Child
  flood: Child
  trickle: Child
  honest: string
  seen: TokenRange
}

/** W4: a flood of forged signatures under a real kid; what becomes of honest clients beside it. */
export async function forgedTokens (bench: Bench): Promise<void> {
  bench.report.heading('W4: forged signatures beside honest clients')
  for (const alg of bench.options.algorithms) await measure(bench, alg)
}

async function measure (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  progress(`W4 ${alg}`)
  const { quick, rounds } = bench.options
  const seen = await bench.pool(alg).range(FIRST_TOKEN, 1)
  const [honest = ''] = readTokens(seen)
  const [client, flood, trickle] = await Promise.all([startChild('load'), startChild('load'), startChild('load')])
  const scene: Scene = { seconds: bench.options.seconds, client, flood, trickle, honest, seen }
  const servers = await startServers(bench, able(labels, alg), alg)
  const samples: ClientSample[] = []
  for (let round = -1; round < Math.min(rounds, MAX_ROUNDS); round++) {
    for (const server of rotate(servers, round + 1)) {
      const found = await clientBeside(server, scene)
      if (round >= 0) samples.push(...found) // round -1 warms up
    }
  }
  reportClients(samples, alg, bench.report)
  const newcomers: Newcomers[] = []
  const count = NEWCOMERS_PER_SECOND * (quick ? 0.5 : NEWCOMERS_SECONDS)
  for (const server of servers) {
    for (const [index, address] of ADDRESSES.entries()) {
      const tokens = await bench.pool(alg).range(1 + index * count, count)
      newcomers.push({ label: server.label, address, ...await newcomersDuringFlood(server, scene, tokens, address) })
    }
  }
  reportNewcomers(newcomers, alg, bench.report)
  await stopServers([client, flood, trickle, ...servers])
}

/** The client with its seen token: alone, beside as many requests on the open route, beside the forgeries. */
async function clientBeside (server: Server, scene: Scene): Promise<ClientSample[]> {
  const forged: Credentials = { kind: 'forged', honest: scene.honest }
  const alone = await runClient(server, scene)
  const again = await runClient(server, scene)
  const open = await during(scene.flood, floodOn(server, '/open', forged, scene.seconds + 2 * MARGIN), () => runClient(server, scene))
  const attacked = await during(scene.flood, floodOn(server, '/bench', forged, scene.seconds + 2 * MARGIN), () => runClient(server, scene))
  return [
    { label: server.label, beside: 'alone', client: alone },
    { label: server.label, beside: 'again', client: again },
    { label: server.label, beside: 'open', client: open.found, flood: open.flood },
    { label: server.label, beside: 'forged', client: attacked.found, flood: attacked.flood }
  ]
}

/** New honest tokens while the flood and the client go on. */
async function newcomersDuringFlood (server: Server, scene: Scene, tokens: TokenRange, localAddress: string): Promise<TrickleResult> {
  const seconds = tokens.count / NEWCOMERS_PER_SECOND
  const flood = floodOn(server, '/bench', { kind: 'forged', honest: scene.honest }, seconds + 2 * MARGIN)
  const { found } = await during(scene.flood, flood, async () => {
    const client = runClient(server, { ...scene, seconds })
    const result = await scene.trickle.call<TrickleResult>('trickle', { port: server.port, tokens, perSecond: NEWCOMERS_PER_SECOND, localAddress })
    await client
    return result
  })
  return found
}

function runClient ({ port }: Server, { client, seen, seconds }: Scene): Promise<LoadResult> {
  return client.call('run', { port, connections: CLIENT_CONNECTIONS, seconds, credentials: { kind: 'in-turn', tokens: seen } })
}

function floodOn ({ port }: Server, path: string, credentials: Credentials, seconds: number) {
  return { port, path, connections: FLOOD_CONNECTIONS, seconds, credentials }
}

async function during<T> (flood: Child, options: ReturnType<typeof floodOn>, work: () => Promise<T>): Promise<{ found: T, flood: LoadResult }> {
  const flooding = flood.call<LoadResult>('run', options)
  await new Promise(resolve => { setTimeout(resolve, MARGIN * 1000) })
  const found = await work()
  return { found, flood: await flooding }
}
