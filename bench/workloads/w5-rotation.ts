import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../ask.js'
import type { Bench } from '../bench.js'
import { startChild } from '../children/start-child.js'
import { createSigningKey } from '../issuer.js'
import { mint } from '../mint.js'
import { progress } from '../report.js'
import { startServers, stopServers } from '../servers.js'

const CONNECTIONS = 20
/** Seconds to wait for the new key; far below the refresh interval of 10 min. */
const PATIENCE = 75
const PATIENCE_QUICK = 2
/** Milliseconds between two tries. */
const PACE = 250

/** The issuer gets a new key while made-up kids pour in: they must not keep it from being found. */
export async function rotation (bench: Bench): Promise<void> {
  progress('W5: a new key during the flood')
  const patience = bench.options.quick ? PATIENCE_QUICK : PATIENCE
  const [server] = await startServers(bench, ['scopegate'], 'ES384')
  if (server === undefined) return
  const flood = await startChild('load')
  const flooding = flood.call('run', { port: server.port, connections: CONNECTIONS, seconds: patience + 10, credentials: { kind: 'made-up-kids', issuer: bench.issuer.info } })
  await pause(1000)

  const key = createSigningKey('ES384')
  const [token] = await mint(key, bench.issuer.info, 1)
  bench.issuer.publish(key)
  const fetchesBefore = bench.issuer.fetches
  const seconds = await secondsUntilAdmitted(server.port, token, patience)
  const fetches = bench.issuer.fetches - fetchesBefore

  await flood.call('stop')
  await flooding
  await stopServers([flood, server])
  if (seconds === undefined) {
    const line = `A token under a new key was not admitted within ${patience} s of the flood.`
    if (bench.options.quick) bench.report.note(`${line} A quick run does not wait as long as it takes.`)
    else bench.report.failure(line)
  } else bench.report.note(`Rotation during a flood of made-up kids: the first token under the new key was admitted after ${seconds.toFixed(1)} s and ${fetches} fetches of the key set.`)
}

async function secondsUntilAdmitted (port: number, token: string | undefined, patience: number): Promise<number | undefined> {
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  while (elapsed() < patience) {
    if (await ask({ port, token }) === 200) return elapsed()
    await pause(PACE)
  }
  return undefined
}
