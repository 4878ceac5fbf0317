import type { BuildCandidate, IssuerInfo } from '../candidates/candidate.js'
import { readTokens, type TokenRange } from '../token-pool.js'
import { answerCalls } from './answer-calls.js'
import { connectWithoutSocket } from './no-socket.js'
import { usage } from './usage.js'

/** Requests before it is measured: V8 compiles meanwhile. */
const WARM_UP = 80_000
const CONNECTIONS = 8

/** One candidate in a process of its own, asked without sockets: `in-process <candidate> <issuer as JSON>`. */
const [, , name = '', issuer = ''] = process.argv
const { build } = await import(`../candidates/${name}.js`) as { build: BuildCandidate }
const app = await build(JSON.parse(issuer) as IssuerInfo)
await app.ready()
const ask = connectWithoutSocket(app)
let headers: Buffer[] = []
answerCalls({ see, measure })

/** Sends every token once; then until all is compiled. */
async function see (range: TokenRange): Promise<void> {
  headers = readTokens(range).map(token => Buffer.from(`Bearer ${token}`, 'latin1'))
  const waiting = headers.values()
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    const askOnce = connectWithoutSocket(app)
    for (const header of waiting) check(await askOnce(header.toString('latin1')))
  }))
  await measure(WARM_UP)
}

/** Microseconds of CPU for one request, all threads. */
async function measure (requests: number): Promise<number> {
  const before = usage()
  for (let number = 0; number < requests; number += 1) {
    // A new text each time, as the HTTP parser makes one.
    check(await ask((headers[number % headers.length] as Buffer).toString('latin1')))
  }
  return (usage().cpu - before.cpu) / requests
}

function check (status: number): void {
  if (status !== 200) throw new Error(`${name} answered with ${status}`)
}
