import type { CheckResult, Status } from './check.js'

export interface Summary { pass: number, warn: number, fail: number, skip: number }

const signs: Record<Status, string> = { pass: '✓', warn: '!', fail: '✗', skip: '–' }
/** SGR codes: green, yellow, red, grey. */
const colours: Record<Status, number> = { pass: 32, warn: 33, fail: 31, skip: 90 }

export function summaryOf (results: readonly CheckResult[]): Summary {
  const count = (status: Status) => results.filter(result => result.status === status).length
  return { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') }
}

/** One document for machines: each check with id, title, status, detail and, where there is one, remedy. */
export function jsonReport (results: readonly CheckResult[]): string {
  return JSON.stringify({ checks: results, summary: summaryOf(results) }, null, 2)
}

/** A line for each check and one for its remedy; the counts at the end. */
export function textReport (results: readonly CheckResult[], colour: boolean): string[] {
  const width = Math.max(...results.map(({ title }) => title.length))
  const lines = results.flatMap(({ title, status, detail, remedy }) => [
    `${painted(signs[status], colours[status], colour)} ${title.padEnd(width)}  ${detail}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(width)}  → ${remedy}`])
  ])
  return [...lines, '', countsInWords(summaryOf(results))]
}

function countsInWords ({ pass, warn, fail, skip }: Summary): string {
  return `${pass} passed, ${warn} to look at, ${fail} failed, ${skip} skipped`
}

function painted (text: string, code: number, colour: boolean): string {
  return colour ? `\u001b[${code}m${text}\u001b[0m` : text
}
