import { table } from './table.js'

export type Report = ReturnType<typeof createReport>

/** What was found: printed as it comes, and kept for results.md. */
export function createReport () {
  const lines: string[] = []
  const failures: string[] = []

  function text (line: string): void {
    lines.push(line)
    console.log(line)
  }

  return {
    heading (title: string): void { text(`\n## ${title}\n`) },
    table (title: string, head: readonly string[], rows: ReadonlyArray<readonly string[]>): void {
      text(`\n### ${title}\n\n${table(head, rows)}\n`)
    },
    /** Something a reader has to know about the table above. */
    note (line: string): void { text(`- ${line}`) },
    /** The same, when it means that the measurement is not valid. The run ends with an error. */
    failure (line: string): void {
      failures.push(line)
      text(`- **Error:** ${line}`)
    },
    get failures (): readonly string[] { return failures },
    toString: () => `${lines.join('\n')}\n`
  }
}

/** Progress, for who waits; not part of the results. */
export function progress (line: string): void {
  process.stderr.write(`… ${line}\n`)
}
