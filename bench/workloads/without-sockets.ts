import type { Bench } from '../bench.js'
import { candidateOf, type Label } from '../candidates/index.js'
import { startChild } from '../children/start-child.js'
import { progress } from '../report.js'
import { median, rotate } from '../stats.js'
import { digits, spread } from '../table.js'
import type { TokenPool, TokenRange } from '../token-pool.js'

const labels = ['open', 'open (again)', 'scopegate-public', 'scopegate-same-answer', 'scopegate'] as const satisfies Label[]
const BATCH = 20_000
/** Measurements of one process. */
const TURNS = 5

/**
 * What the check of a seen token costs, without network and HTTP parser: they take four fifths of a request, and differ
 * from one moment to the next by more than the check.
 */
export async function withoutSockets (bench: Bench, { alg }: TokenPool, tokens: TokenRange): Promise<void> {
  const { rounds, quick } = bench.options
  progress(`${alg}: ${tokens.count} tokens, without sockets`)
  const costs = new Map<Label, number[]>(labels.map(label => [label, []]))
  for (let round = 0; round < rounds; round++) {
    for (const label of rotate(labels, round)) costs.get(label)?.push(await costOf(bench, label, tokens, quick ? 500 : BATCH))
  }
  const base = costs.get('open') ?? []
  bench.report.table(
    `A request without sockets, ${alg}, ${tokens.count === 1 ? 'one token' : `${tokens.count} tokens in turn`}`,
    ['candidate', 'CPU µs/request', 'lowest–highest', 'more than open, µs', 'lowest – highest'],
    labels.map(label => {
      const own = costs.get(label) ?? []
      const more = own.map((cost, round) => cost - (base[round] ?? NaN))
      return [label, digits(median(own)), spread(own), median(more).toFixed(2), `${Math.min(...more).toFixed(2)} – ${Math.max(...more).toFixed(2)}`]
    })
  )
}

async function costOf (bench: Bench, label: Label, tokens: TokenRange, batch: number): Promise<number> {
  const child = await startChild('in-process', [candidateOf(label), JSON.stringify(bench.issuer.info)])
  await child.call('see', tokens)
  const turns: number[] = []
  for (let turn = 0; turn < TURNS; turn++) turns.push(await child.call<number>('measure', batch))
  await child.stop()
  return median(turns)
}
