/** A Markdown table whose columns also stand in line on a terminal; numbers to the right. */
export function table (head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map(row => row[column]?.length ?? 0)))
  const numeric = head.map((_title, column) => column > 0 && rows.every(row => /^[<≥±–-]?[\d. –%]*( .*)?$/.test(row[column] ?? '')))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width, column) => numeric[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

/** Three digits that count; more would claim more than was measured. */
export function digits (value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (value >= 1000) return String(Math.round(value))
  return value === 0 ? '0' : String(Number(value.toPrecision(3)))
}

/** A ratio, with the lowest and the highest round. */
export function spread (values: readonly number[]): string {
  return `${digits(Math.min(...values))}–${digits(Math.max(...values))}`
}

export function megabytes (bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
