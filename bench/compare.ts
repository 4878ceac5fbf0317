import type { Label } from './candidates/index.js'
import type { LoadOptions, LoadResult } from './children/load-run.js'
import type { Child } from './children/start-child.js'
import type { Usage } from './children/usage.js'
import { settledUsage, type Server } from './servers.js'
import { rotate } from './stats.js'

/** One candidate in one round. */
export interface Sample extends LoadResult {
  /** Microseconds of the server process' CPU for one request. */
  cpu: number
  /** CPU of the server process by time; above 1 where its thread pool works, too. */
  serverUtilisation: number
}

export type Samples = Map<Label, Sample[]>

export interface Comparison {
  servers: readonly Server[]
  load: Child
  rounds: number
  /** What one measurement sends. */
  request: (round: number) => Promise<Omit<LoadOptions, 'port'>>
}

/** Short rounds in turn, each beginning with another candidate; only one server works at a time. */
export async function compare ({ servers, load, rounds, request }: Comparison): Promise<Samples> {
  const samples: Samples = new Map(servers.map(server => [server.label, []]))
  for (let round = 0; round < rounds; round++) {
    const options = await request(round)
    for (const server of rotate(servers, round)) {
      samples.get(server.label)?.push(await sample(server, load, options))
    }
  }
  return samples
}

async function sample (server: Server, load: Child, options: Omit<LoadOptions, 'port'>): Promise<Sample> {
  const before = await server.call<Usage>('usage')
  const result = await load.call<LoadResult>('run', { ...options, port: server.port })
  const after = await server.call<Usage>('usage')
  const settled = await settledUsage(server)
  return {
    ...result,
    cpu: (settled.cpu - before.cpu) / result.sent,
    serverUtilisation: (after.cpu - before.cpu) / 1000 / (after.at - before.at)
  }
}
