import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.js'
import type { Bench } from './bench.js'
import { candidateOf, type Label } from './candidates/index.js'
import { startChild, type Child } from './children/start-child.js'
import type { Usage } from './children/usage.js'
import { forgedSignatures } from './forge.js'
import type { SigningAlgorithm } from './issuer.js'
import { readTokens } from './token-pool.js'

/** The token that checks and single-token workloads use; measured ranges start behind it. */
export const FIRST_TOKEN = 0

export interface Server extends Child {
  label: Label
  port: number
}

export async function startServer (bench: Bench, label: Label): Promise<Server> {
  const child = await startChild('server', [candidateOf(label), JSON.stringify(bench.issuer.info)], ['--expose-gc'])
  return { ...child, label, port: child.ready as number }
}

/**
 * Starts every candidate and makes sure that it does what it is measured for.
 * One that does not is reported and left out.
 */
export async function startServers (bench: Bench, labels: readonly Label[], alg: SigningAlgorithm): Promise<Server[]> {
  const servers: Server[] = []
  for (const server of await Promise.all(labels.map(label => startServer(bench, label)))) {
    const { label } = server
    const fault = await faultOf(bench, server, alg)
    if (fault === undefined) servers.push(server)
    else {
      bench.report.failure(`${label} (${alg}) was left out: ${fault}`)
      await server.stop()
    }
  }
  return servers
}

export async function stopServers (servers: readonly Child[]): Promise<void> {
  await Promise.all(servers.map(server => server.stop()))
}

/** 200 for a good token; no 2xx and no fault for a broken signature and for none at all. */
async function faultOf (bench: Bench, { label, port }: Server, alg: SigningAlgorithm): Promise<string | undefined> {
  const [good = ''] = readTokens(await bench.pool(alg).range(FIRST_TOKEN, 1))
  const statuses = {
    good: await ask({ port, token: good }),
    broken: await ask({ port, token: forgedSignatures(good)() }),
    none: await ask({ port }),
    open: await ask({ port, path: '/open' })
  }
  if (statuses.good !== 200 || statuses.open !== 200) return `answers ${statuses.good} to a good token, ${statuses.open} on the open route`
  if (['open', 'scopegate-public'].includes(candidateOf(label))) return undefined
  return isRefusal(statuses.broken) && isRefusal(statuses.none)
    ? undefined
    : `does not refuse: ${statuses.broken} for a broken signature, ${statuses.none} without a token`
}

function isRefusal (status: number): boolean {
  return status >= 400 && status < 500
}

/** Usage once the server is done with what was under way: a load that stops leaves requests behind. */
export async function settledUsage (server: Child): Promise<Usage> {
  let before = await server.call<Usage>('usage')
  for (;;) {
    await pause(20)
    const now = await server.call<Usage>('usage')
    if (now.cpu - before.cpu < 4_000) return now
    before = now
  }
}
