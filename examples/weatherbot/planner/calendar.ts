/** Days, first and last included, as YYYY-MM-DD. */
export interface Days {
  readonly from: string
  readonly to: string
}

const DAY = 24 * 60 * 60_000

/** The day in UTC. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10)

/** The day so many days later; earlier for a negative number. */
export const laterBy = (today: Date, days: number): string => dayOf(new Date(today.getTime() + days * DAY))

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / DAY)

/** Whether the calendar has these days, in this order: there is no February 30. */
export const isReal = ({ from, to }: Days): boolean => [from, to].every(isDay) && from <= to

const isDay = (day: string): boolean => !Number.isNaN(Date.parse(day)) && dayOf(new Date(day)) === day

/** @param month from 0; -1 is December of the year before */
export function monthDays (year: number, month: number): Days {
  // Day 0 of the next month is the last one of this.
  return { from: dayOf(new Date(Date.UTC(year, month, 1))), to: dayOf(new Date(Date.UTC(year, month + 1, 0))) }
}

export const yearDays = (year: number): Days => ({ from: `${year}-01-01`.padStart(10, '0'), to: `${year}-12-31`.padStart(10, '0') })

/** Days that come every year: the last ones that are over, or the next ones that are not. February 29 is looked for in eight years. */
export function nearest (inYear: (year: number) => Days, { today, past }: { today: Date, past: boolean }): Days {
  const now = dayOf(today)
  const years = Array.from({ length: 9 }, (_, index) => today.getUTCFullYear() + (past ? -index : index))
  const found = years.map(inYear).find(days => isReal(days) && (past ? days.to < now : days.to >= now))
  return found ?? inYear(today.getUTCFullYear())
}
