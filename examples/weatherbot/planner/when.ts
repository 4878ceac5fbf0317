import { dayOf, daysBetween, laterBy, monthDays, nearest, yearDays, type Days } from './calendar.js'

/** What a question without a year is held against. */
export interface Now {
  readonly today: Date
  /** Whether the question looks back: "July 4" is then the last one, else the next one. */
  readonly past: boolean
}

const iso = '(\\d{4}-\\d{2}-\\d{2})'
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const fullMonth = `(${months.join('|')})`
const month = `(${months.join('|')}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\.?`
const day = '(\\d{1,2})(?:st|nd|rd|th)?'
const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const number = `(\\d{1,3}|${numbers.join('|')})`
const unit = '(days?|weeks?)'

type Found = ReadonlyArray<string | undefined>
type Rule = readonly [pattern: string, days: (found: Found, now: Now) => Days | undefined]

/** The first rule that fits counts, so longer phrases stand before their parts. */
const rules: readonly Rule[] = [
  [`(?:from|between)\\s+${iso}\\s+(?:to|until|till|and)\\s+${iso}`, ([from = '', to = '']) => ({ from, to })],
  [`(?:on\\s+)?${iso}`, ([date = '']) => ({ from: date, to: date })],
  [`(?:on\\s+)?(?:the\\s+)?${month}\\s+(?:the\\s+)?${day}(?:,?\\s+(\\d{4}))?`, ([name, date, year], now) => dateOf(name, date, year, now)],
  [`(?:on\\s+)?(?:the\\s+)?${day}\\s+(?:of\\s+)?${month}(?:,?\\s+(\\d{4}))?`, ([date, name, year], now) => dateOf(name, date, year, now)],
  [`(?:(?:in|of|during)\\s+)?${month}\\s+(\\d{4})`, ([name, year]) => monthDays(Number(year), monthOf(name))],
  // Not "in May, OK", which is a town.
  [`(?:in|during)\\s+${fullMonth}(?!\\s*,)`, ([name], now) => nearest(year => monthDays(year, monthOf(name)), now)],
  [`last\\s+${fullMonth}`, ([name], { today }) => nearest(year => monthDays(year, monthOf(name)), { today, past: true })],
  ['(?:in|during)\\s+(\\d{4})', ([year]) => yearDays(Number(year))],
  [`(?:(?:in|of|for|over|during)\\s+)?(?:the\\s+)?(?:last|past|previous)\\s+${number}\\s+${unit}`, ([count, of], { today }) => before(today, span(count, of))],
  [`(?:(?:in|for|over|during)\\s+)?(?:the\\s+)?(?:next|coming|following)\\s+${number}\\s+${unit}`, ([count, of], { today }) => ahead(today, span(count, of))],
  [`in\\s+(?:${number}|an?)\\s+${unit}(?:['’]s?)?(?:\\s+time)?`, ([count, of], { today }) => on(today, span(count, of))],
  [`(?:${number}|an?)\\s+${unit}\\s+ago`, ([count, of], { today }) => on(today, -span(count, of))],
  [`(?:for\\s+)?${number}[\\s-]+${unit}`, ([count, of], { today, past }) => (past ? before : ahead)(today, span(count, of))],
  ['(?:the\\s+)?day\\s+after\\s+tomorrow', (_found, { today }) => on(today, 2)],
  ['(?:the\\s+)?day\\s+before\\s+yesterday', (_found, { today }) => on(today, -2)],
  ['(?:for\\s+)?tomorrow(?:[\'’]s)?', (_found, { today }) => on(today, 1)],
  ['(?:for\\s+)?(?:today(?:[\'’]s)?|tonight|right\\s+now|now)', (_found, { today }) => on(today, 0)],
  ['yesterday(?:[\'’]s)?', (_found, { today }) => on(today, -1)],
  ['last\\s+week', (_found, { today }) => before(today, 7)],
  ['last\\s+month', (_found, { today }) => monthDays(today.getUTCFullYear(), today.getUTCMonth() - 1)],
  ['last\\s+year', (_found, { today }) => yearDays(today.getUTCFullYear() - 1)],
  // As many days as the service gives by itself.
  ['(?:(?:for|in|over|on|at)\\s+)?(?:(?:the\\s+)?(?:(?:this|next|coming)\\s+(?:week|weekend)|next\\s+(?:few\\s+)?days)|the\\s+weekend)', () => undefined]
]
const patterns = rules.map(([pattern, days]) => [new RegExp(`\\b(?:${pattern})\\b`, 'i'), days] as const)

/** The days that a question names, if it names any, and the question without them. Whether there are such days, `isReal` knows. */
export function timeIn (question: string, now: Now): { days?: Days, rest: string } {
  for (const [pattern, days] of patterns) {
    const found = pattern.exec(question)
    if (found !== null) return { days: days(found.slice(1), now), rest: question.replace(pattern, ' ') }
  }
  return { rest: question }
}

const relative = `(?:last|next|this|previous|coming)\\s+(?:day|week|weekend|month|year|night|morning|afternoon|evening|spring|summer|autumn|fall|winter|${months.join('|')})s?`
const unknown = new RegExp(`\\b(?:on|since|until|till|before|after|during|from)\\s+(?:\\S+\\s+){0,2}\\S*\\d|\\b(?:${relative}|ago|days?|weeks?|months?)\\b`, 'i')

/** Whether there are words for a time that no rule above understands: they would be taken for a part of a place's name. */
export const hasUnknownTime = (text: string): boolean => unknown.test(text)

/** How many days a forecast must have to reach this one, today included. */
export const daysUntil = (date: string, today: Date): number => daysBetween(dayOf(today), date) + 1

const on = (today: Date, days: number): Days => ({ from: laterBy(today, days), to: laterBy(today, days) })
const before = (today: Date, days: number): Days => ({ from: laterBy(today, -days), to: laterBy(today, -1) })
const ahead = (today: Date, days: number): Days => ({ from: laterBy(today, 0), to: laterBy(today, days - 1) })

/** "3 days" and "two weeks" in days; "a week" has no number. */
function span (count = 'one', unit = 'days'): number {
  const named = numbers.indexOf(count.toLowerCase()) + 1
  return (named || Number(count)) * (/^w/i.test(unit) ? 7 : 1)
}

const monthOf = (name = ''): number => months.findIndex(month => month.startsWith(name.slice(0, 3).toLowerCase()))

function dateOf (name: string | undefined, date = '', year: string | undefined, now: Now): Days {
  const inYear = (year: number): Days => {
    const day = `${String(year).padStart(4, '0')}-${String(monthOf(name) + 1).padStart(2, '0')}-${date.padStart(2, '0')}`
    return { from: day, to: day }
  }
  return year === undefined ? nearest(inYear, now) : inYear(Number(year))
}
