import type { Label } from './candidates/index.js'
import type { LoadOptions, LoadResult } from './children/load-run.js'
import type { Child } from './children/start-child.js'
import type { Usage } from './children/usage.js'
import { settledUsage, stopServers, type Server } from './servers.js'
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
  /** Fresh processes: two of the same program can differ by a fifth for as long as they live. */
  start: (labels: (label: Label) => boolean) => Promise<Server[]>
  /** Before a process is measured: what it has to have seen. */
  warm: (server: Server) => Promise<unknown>
  load: Child
  rounds: number
  /** Who takes part in this round; by default everybody in all. */
  takesPart?: (label: Label, round: number) => boolean
  /** What one measurement sends. */
  request: Omit<LoadOptions, 'port'>
}

/** Short rounds in turn, each with new processes and beginning with another candidate; only one server works at a time. */
export async function compare ({ start, warm, load, rounds, takesPart = () => true, request }: Comparison): Promise<Samples> {
  const samples: Samples = new Map()
  for (let round = 0; round < rounds; round++) {
    const servers = await start(label => takesPart(label, round))
    for (const server of rotate(servers, round)) {
      await warm(server)
      const own = samples.get(server.label) ?? []
      samples.set(server.label, [...own, await sample(server, load, request)])
    }
    await stopServers(servers)
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
