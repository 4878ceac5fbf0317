import type { Bench } from '../bench.js'
import { startChild } from '../children/start-child.js'
import { progress } from '../report.js'

const COUNTS = [2_000, 10_000]
const WARM_UP = 200

/** Bytes that scopegate keeps for one token it has seen, in a fresh process for each number. */
export async function rememberedTokens (bench: Bench): Promise<void> {
  progress('W6: memory of remembered tokens')
  const rows: string[][] = []
  for (const count of bench.options.quick ? [500] : COUNTS) {
    const warmUp = await bench.pool('ES384').range(0, WARM_UP)
    const tokens = await bench.pool('ES384').range(WARM_UP, count)
    const child = await startChild('memory', [JSON.stringify(bench.issuer.info)], ['--expose-gc'])
    await child.call('verifyAll', warmUp)
    const bytes = await child.call<number>('bytesFor', tokens)
    await child.stop()
    rows.push([String(count), String(tokens.length), String(Math.round(bytes)), String(Math.round(bytes - tokens.length))])
  }
  bench.report.table('W6: memory of scopegate per remembered token (ES384), after garbage collection', ['tokens', 'characters of a token', 'bytes per token', 'beyond its characters'], rows)
}
