/** Where a command writes, and what it is told by. A test has its own. */
export interface Terminal {
  env: NodeJS.ProcessEnv
  /** Whole lines, without their line feed. */
  out: (line: string) => void
  err: (line: string) => void
  /** Whether `out` shows colours. */
  colour: boolean
}

export function processTerminal (): Terminal {
  // A reader that goes away (`| head`) must not end a change half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    env: process.env,
    out: line => { process.stdout.write(`${line}\n`) },
    err: line => { process.stderr.write(`${line}\n`) },
    // Node looks at NO_COLOR itself.
    colour: process.stdout.isTTY && process.stdout.hasColors()
  }
}
