import type { Label } from './candidates/index.js'
import type { LoadOptions, LoadResult } from './children/load-run.js'
import type { Child } from './children/start-child.js'
import type { Usage } from './children/usage.js'
import { settledUsage, stopServers, type Server } from './servers.js'
import { median, rotate, shuffle } from './stats.js'
import { warmUpInTurn } from './warm-up.js'

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
  /** What a process has to have seen before it grows old and is warmed up. */
  prepare?: (server: Server) => Promise<unknown>
  /** One of the runs of its warming-up. */
  warm: (server: Server, run: number) => Promise<unknown>
  warmUpRuns: number
  load: Child
  rounds: number
  /** Measurements of one round, the candidates in turn; its sample has their medians. */
  turns?: number
  /** Who takes part in this round; by default everybody in all. */
  takesPart?: (label: Label, round: number) => boolean
  /** What one measurement sends. */
  request: Omit<LoadOptions, 'port'>
}

/**
 * Rounds with new processes each, in which the candidates are measured in turn, so that what holds the machine up
 * holds all up alike; only one server works at a time.
 */
export async function compare ({ start, prepare, warm, warmUpRuns, load, rounds, turns = 1, takesPart = () => true, request }: Comparison): Promise<Samples> {
  const samples: Samples = new Map()
  for (let round = 0; round < rounds; round++) {
    const servers = await start(label => takesPart(label, round))
    for (const server of servers) {
      await prepare?.(server)
      await server.call('growOld')
    }
    await warmUpInTurn(rotate(servers, round), warmUpRuns, warm)
    const measured: Samples = new Map(servers.map(({ label }) => [label, []])) // in this order they stand in the table
    for (let turn = 0; turn < turns; turn++) {
      for (const server of shuffle(servers)) append(measured, server.label, await sample(server, load, request))
    }
    for (const [label, own] of measured) append(samples, label, middle(own))
    await stopServers(servers)
  }
  return samples
}

function append (samples: Samples, label: Label, one: Sample): void {
  samples.set(label, [...samples.get(label) ?? [], one])
}

/** Of a round's measurements: medians, and all that went wrong. */
export function middle (turns: readonly Sample[]): Sample {
  const of = (read: (turn: Sample) => number) => median(turns.map(read))
  const sum = (read: (turn: Sample) => number) => turns.reduce((total, turn) => total + read(turn), 0)
  return {
    completed: sum(turn => turn.completed),
    sent: sum(turn => turn.sent),
    rate: of(turn => turn.rate),
    seconds: sum(turn => turn.seconds),
    non2xx: sum(turn => turn.non2xx),
    errors: sum(turn => turn.errors),
    p50: of(turn => turn.p50),
    p99: of(turn => turn.p99),
    p999: of(turn => turn.p999),
    utilisation: of(turn => turn.utilisation),
    cpu: of(turn => turn.cpu),
    serverUtilisation: of(turn => turn.serverUtilisation)
  }
}

/** One measurement. */
export async function sample (server: Server, load: Child, options: Omit<LoadOptions, 'port'>): Promise<Sample> {
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
