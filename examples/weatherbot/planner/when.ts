/** Days asked for, first and last included, as YYYY-MM-DD. */
export interface Days {
  readonly from: string
  readonly to: string
}

const DAY = 24 * 60 * 60_000
const iso = '(\\d{4}-\\d{2}-\\d{2})'
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']

type Rule = readonly [pattern: RegExp, days: (found: string[], today: Date) => Days]

/** The first rule that fits counts, so longer phrases stand before their parts. */
const rules: readonly Rule[] = [
  [new RegExp(`\\b(?:from|between)\\s+${iso}\\s+(?:to|until|till|and)\\s+${iso}\\b`, 'i'), ([from = '', to = '']) => ({ from, to })],
  [new RegExp(`\\b(?:on\\s+)?${iso}\\b`, 'i'), ([day = '']) => ({ from: day, to: day })],
  [new RegExp(`\\b(?:in\\s+)?(${months.join('|')})\\s+(\\d{4})\\b`, 'i'), ([month = '', year]) => monthDays(Number(year), months.indexOf(month.toLowerCase()))],
  [/\bin\s+(\d{4})\b/i, ([year]) => yearDays(Number(year))],
  [/\b(?:(?:in|of|for|over)\s+)?(?:the\s+)?(?:last|past)\s+(\d{1,3})\s+days\b/i, ([count], today) => before(today, Number(count))],
  [/\byesterday\b/i, (_found, today) => before(today, 1)],
  [/\blast\s+week\b/i, (_found, today) => before(today, 7)],
  [/\blast\s+month\b/i, (_found, today) => monthDays(today.getUTCFullYear(), today.getUTCMonth() - 1)],
  [/\blast\s+year\b/i, (_found, today) => yearDays(today.getUTCFullYear() - 1)]
]

/** The days that a question names, if it names any, and the question without them. */
export function daysIn (question: string, today: Date): { days?: Days, rest: string } {
  for (const [pattern, days] of rules) {
    const found = pattern.exec(question)
    if (found !== null) return { days: days(found.slice(1), today), rest: question.replace(pattern, ' ') }
  }
  return { rest: question }
}

/** The calendar day of a time, in UTC. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)

function before (today: Date, count: number): Days {
  const ago = (days: number): string => dayOf(new Date(today.getTime() - days * DAY))
  return { from: ago(count), to: ago(1) }
}

function monthDays (year: number, month: number): Days {
  // Day 0 of the next month is the last one of this.
  return { from: dayOf(new Date(Date.UTC(year, month, 1))), to: dayOf(new Date(Date.UTC(year, month + 1, 0))) }
}

const yearDays = (year: number): Days => ({ from: `${year}-01-01`.padStart(10, '0'), to: `${year}-12-31`.padStart(10, '0') })
