import { parseArgs } from 'node:util'
import type { SigningAlgorithm } from './issuer.js'

export const workloadNames = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6'] as const
export type WorkloadName = (typeof workloadNames)[number]

const algorithms = ['ES384', 'RS256'] as const satisfies readonly SigningAlgorithm[]

export interface Options {
  workloads: readonly WorkloadName[]
  algorithms: readonly SigningAlgorithm[]
  rounds: number
  /** Length of one measurement. */
  seconds: number
  /** Runs before the measuring, each half as long as a measurement. V8 needs about 3 s until it has compiled what is fast, and compiles anew when connections begin and end for the first time: so it is not one long run. */
  warmUpRuns: number
  /** A smoke run: everything once and briefly; its numbers say nothing. */
  quick: boolean
  /** Every workload at full length: only then results.md is written. */
  complete: boolean
}

export const usageText = `npm run bench -- [--only W1,W2,…] [--alg ES384|RS256] [--rounds N] [--seconds S] [--quick]
Writes bench/results.md, unless --only, --alg or --quick leaves something out.`

/** @throws with one line for people when an option is not understood */
export function readOptions (args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      alg: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false }
    }
  })
  const { only, alg, quick } = values
  return {
    workloads: only === undefined ? workloadNames : only.split(',').map(name => oneOf(workloadNames, name.trim().toUpperCase())),
    algorithms: alg === undefined ? algorithms : [oneOf(algorithms, alg)],
    rounds: Math.ceil(positive(values.rounds, quick ? 1 : 5)),
    seconds: positive(values.seconds, quick ? 0.3 : 1),
    warmUpRuns: quick ? 1 : 8,
    quick,
    complete: only === undefined && alg === undefined && !quick
  }
}

function oneOf<T extends string> (known: readonly T[], name: string): T {
  const found = known.find(one => one === name)
  if (found === undefined) throw new Error(`"${name}" is none of ${known.join(', ')}`)
  return found
}

function positive (text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text)
  if (!(value > 0)) throw new Error(`"${text}" is not a number above 0`)
  return value
}
