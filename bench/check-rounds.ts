import type { Bench } from './bench.js'
import type { CheckOptions, CheckResult } from './children/check.js'
import { startChild } from './children/start-child.js'
import type { Way } from './children/ways.js'
import type { SigningAlgorithm } from './issuer.js'
import { rotate } from './stats.js'

/** Before what is measured: V8 compiles meanwhile. */
const WARM_UP_ROUNDS = 4

export interface CheckRounds {
  ways: readonly Way[]
  alg: SigningAlgorithm
  inFlight: number
  rounds: number
  /** Tokens of one measurement. */
  batch: number
}

/** The same new tokens for every way, rounds in turn, in one process without HTTP. */
export async function checkRounds (bench: Bench, { ways, alg, inFlight, rounds, batch }: CheckRounds): Promise<Map<Way, CheckResult[]>> {
  const { info, keys } = bench.issuer
  const child = await startChild('check', [JSON.stringify(info), JSON.stringify(keys[alg].jwk), alg])
  const results = new Map<Way, CheckResult[]>(ways.map(way => [way, []]))
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const number = round + WARM_UP_ROUNDS
    const tokens = await bench.pool(alg).range(number * batch, batch)
    for (const way of rotate(ways, number)) {
      const result = await child.call<CheckResult>('measure', { way, tokens, inFlight } satisfies CheckOptions)
      if (round >= 0) results.get(way)?.push(result)
    }
  }
  await child.stop()
  return results
}
