import { performance } from 'node:perf_hooks'
import { Problem } from '../errors.js'
import type { Eventually } from './eventually.js'
import type { SignatureCheck } from './signature.js'

export interface CheckQueueOptions {
  /** Most checks at once, of those that cost as much as ES384's. Default: enough that no thread of the pool (4) ever waits for the event loop. */
  maxRunning?: number
  /** Most checks that wait. */
  maxWaiting?: number
}

interface Job {
  start (): void
  refuse (): void
}

export type CheckQueue = ReturnType<typeof createCheckQueue>

const MAX_RUNNING = 16
const MAX_WAITING = 1_000

/**
 * Signature checks in turn, so that a flood of forged tokens can starve neither the event loop nor
 * honest newcomers.
 *
 * - Sources (client addresses) take turns; within one source first come, first served.
 * - A bad signature halves how many checks run at once, a good one adds one: under a flood of
 *   forgeries one at a time, among honest clients as many as the thread pool can carry. They count by their cost.
 * - While none runs, a check that may is made at once, on the event loop; only one in a turn of the loop, so that a
 *   crowd of them goes to the thread pool.
 * - When too many wait, the source with the most waiting is refused with 503 and `Retry-After`.
 */
export function createCheckQueue (options: CheckQueueOptions = {}) {
  const { maxRunning = MAX_RUNNING, maxWaiting = MAX_WAITING } = options
  /** In the order of their turns. */
  const sources = new Map<string, Job[]>()
  let waiting = 0
  let running = 0
  let limit = maxRunning
  /** The turn of the event loop in which a check was last made there. */
  let ranHereIn: number | undefined
  const counters = { checks: 0, badSignatures: 0, refused: 0 }

  /**
   * The check's result at once when it is made on the event loop; it throws what goes wrong then. The promise of one that
   * is handed over rejects with what goes wrong there, or with Problem `overloaded` when too many wait.
   */
  function run (source: string, check: SignatureCheck): Eventually<boolean> {
    if (check.runHere && running === 0 && isFirstOfTurn()) return runHere(check.runHere, check.cost)
    return new Promise((resolve, reject) => { inTurn(source, check, resolve, reject) })
  }

  function isFirstOfTurn (): boolean {
    const turn = turnOfLoop()
    if (turn === undefined || turn === ranHereIn) return false
    ranHereIn = turn
    return true
  }

  function runHere (check: () => boolean, cost: number): boolean {
    const valid = check()
    adapt(valid, cost)
    return valid
  }

  function inTurn (source: string, check: SignatureCheck, resolve: (valid: boolean) => void, reject: (error: unknown) => void): void {
    function start () {
      running += check.cost
      try {
        check.run(end)
      } catch (error) {
        end(error, false)
      }
    }

    function end (error: unknown, valid: boolean) {
      running -= check.cost
      if (error) reject(error)
      else {
        adapt(valid, check.cost)
        resolve(valid)
      }
      startNext()
    }

    function refuse () {
      counters.refused += 1
      reject(new Problem('overloaded', 'Too many access tokens wait for their check; try again.', { retryAfter: 1 }))
    }

    if (mayStart()) start()
    else enqueue(source, { start, refuse })
  }

  function enqueue (source: string, job: Job): void {
    const queue = sources.get(source)
    if (queue) queue.push(job)
    else sources.set(source, [job])
    waiting += 1
    if (waiting > maxWaiting) refuseOne()
  }

  const mayStart = () => running < limit

  /** Whenever one more may run, none waits. */
  function startNext (): void {
    while (waiting > 0 && mayStart()) {
      const [source, queue] = sources.entries().next().value as [string, Job[]]
      const job = queue.shift() as Job
      // To the end of the round, if it has more.
      sources.delete(source)
      if (queue.length > 0) sources.set(source, queue)
      waiting -= 1
      job.start()
    }
  }

  /** The newest of the source with the most waiting; of several, of the one whose turn comes last. */
  function refuseOne (): void {
    let longest: [string, Job[]] | undefined
    for (const one of sources) if (longest === undefined || one[1].length >= longest[1].length) longest = one
    const [source, queue] = longest as [string, Job[]]
    const job = queue.pop() as Job
    if (queue.length === 0) sources.delete(source)
    waiting -= 1
    job.refuse()
  }

  /** By whole checks of this kind. */
  function adapt (valid: boolean, cost: number): void {
    counters.checks += 1
    if (!valid) counters.badSignatures += 1
    limit = valid ? Math.min(limit + cost, maxRunning) : Math.max(cost, Math.floor(limit / cost / 2) * cost)
  }

  return { run, stats: () => ({ ...counters, running, waiting, limit }) }
}

/** The number of the event loop's turn, as libuv counts; Node 21 and 22 before 22.8 don't tell it. A setImmediate that ends a turn would cost every lone check a turn more. */
function turnOfLoop (): number | undefined {
  const { uvMetricsInfo } = performance.nodeTiming as { uvMetricsInfo?: { loopCount: number } }
  return uvMetricsInfo?.loopCount
}
