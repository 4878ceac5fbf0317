import type { Bench } from '../bench.js'
import { startChild } from '../children/start-child.js'
import type { Usage } from '../children/usage.js'
import { progress } from '../report.js'
import { megabytes } from '../table.js'

const STEPS = [0, 250_000, 500_000, 1_000_000]
/** Megabytes between the second and the last step that are still noise. */
const FLAT = 5

/** Does anything remember tokens that nobody signed? Memory after a full collection, without HTTP. */
export async function growth (bench: Bench): Promise<void> {
  progress('W5: memory under a million made-up tokens')
  const steps = bench.options.quick ? STEPS.map(step => step / 100) : STEPS
  const child = await startChild('growth', [JSON.stringify(bench.issuer.info)], ['--expose-gc'])
  const found: Usage[] = []
  let sent = 0
  for (const step of steps) {
    const refused = await child.call<number>('refuse', step - sent)
    if (refused !== step - sent) bench.report.failure(`W5: scopegate accepted ${step - sent - refused} tokens that nobody signed.`)
    sent = step
    found.push(await child.call<Usage>('usage'))
  }
  await child.stop()
  bench.report.table('W5: scopegate in process, made-up kids and garbage by turns, memory after garbage collection',
    ['tokens so far', 'heap used, MB', 'RSS, MB'],
    steps.map((step, index) => [String(step), megabytes(found[index]?.heapUsed ?? NaN), megabytes(found[index]?.rss ?? NaN)]))
  const grown = ((found.at(-1)?.heapUsed ?? NaN) - (found[1]?.heapUsed ?? NaN)) / 1024 / 1024
  bench.report.note(`From the second to the last row the heap changed by ${grown.toFixed(1)} MB: ${grown < FLAT ? 'flat' : 'it grows'}.`)
}
