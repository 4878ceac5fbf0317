import autocannon from 'autocannon'
import { quantile } from '../stats.js'
import { requestPlan, type Credentials } from './request-plan.js'

export interface LoadOptions {
  port: number
  path?: '/bench' | '/open' | '/no-store' | '/plain'
  connections: number
  /** At most so long; earlier when every token of `once` is used. */
  seconds: number
  credentials: Credentials
}

export interface LoadResult {
  completed: number
  /** Completed, and those under way at the end: the server has worked for them, too. */
  sent: number
  rate: number
  seconds: number
  non2xx: number
  /** Connections lost and answers that did not come in time. */
  errors: number
  /** Milliseconds. */
  p50: number
  p99: number
  p999: number
  /** CPU per wall time of the load generator: near 1 it is the bottleneck itself. */
  utilisation: number
}

let current: autocannon.Instance | undefined

export function stopLoad (): void {
  current?.stop()
}

/** One measurement with autocannon. Latencies are taken here, because its own histogram has whole milliseconds. */
export async function runLoad (options: LoadOptions): Promise<LoadResult> {
  const { port, path = '/bench', connections, seconds, credentials } = options
  const plan = requestPlan(credentials, connections)
  const cpuBefore = process.cpuUsage()
  const { running, ended } = startAutocannon({
    url: `http://127.0.0.1:${port}${path}`,
    connections,
    duration: seconds,
    sampleInt: 20, // also how often it looks whether it is to stop
    ...plan.options
  })
  current = running
  const startedAt = performance.now()
  const watch = watchResponses(running)
  // With an amount autocannon has no time limit of its own.
  const limit = setTimeout(() => { running.stop() }, seconds * 1000)
  const result = await ended
  clearTimeout(limit)
  const spent = process.cpuUsage(cpuBefore)
  const elapsed = (watch.lastAt() - startedAt) / 1000
  return {
    completed: watch.count(),
    sent: result.requests.sent,
    rate: watch.count() / elapsed,
    seconds: elapsed,
    non2xx: result.non2xx,
    errors: result.errors,
    p50: quantile(watch.latencies, 0.5),
    p99: quantile(watch.latencies, 0.99),
    p999: quantile(watch.latencies, 0.999),
    utilisation: (spent.user + spent.system) / 1e6 / elapsed
  }
}

/** Both the running instance and its result; autocannon's types let one have only one of them. */
function startAutocannon (options: autocannon.Options) {
  let settle: (error: Error | null, result: autocannon.Result) => void = () => {}
  const ended = new Promise<autocannon.Result>((resolve, reject) => {
    settle = (error, result) => { error ? reject(error) : resolve(result) }
  })
  const running = autocannon(options, (error: Error | null, result) => { settle(error, result) })
  return { running, ended }
}

function watchResponses (running: autocannon.Instance) {
  const latencies: number[] = []
  const known = new Set<unknown>()
  let count = 0
  let lastAt = performance.now()
  running.on('response', (client, _status, _bytes, milliseconds) => {
    count += 1
    lastAt = performance.now()
    // A connection's first answer waited for the connecting, too.
    if (known.has(client)) latencies.push(milliseconds)
    else known.add(client)
  })
  return { latencies, count: () => count, lastAt: () => lastAt }
}
