import { isDeepStrictEqual } from 'node:util'

/** Prints the story and remembers whether anything was other than expected. */
export interface Report {
  readonly failures: number
  step (title: string): void
  /** What goes over the wire. Never give it a token, code or secret. */
  wire (line: string): void
  means (text: string): void
  /** Compares, prints the outcome, and goes on either way. */
  check (what: string, actual: unknown, expected: unknown): void
}

export function createReport (print: (line: string) => void = console.log): Report {
  let steps = 0
  let failures = 0
  return {
    get failures () { return failures },
    step (title) {
      steps += 1
      print('')
      print(`${steps}. ${title}`)
    },
    wire: line => print(`     ${line}`),
    means: text => print(`     → ${text}`),
    check (what, actual, expected) {
      const same = isDeepStrictEqual(actual, expected)
      if (!same) failures += 1
      print(`     ${same ? '✓' : '✗'} ${what}${same ? '' : `: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`}`)
    }
  }
}
