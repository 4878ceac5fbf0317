const DAY_MS = 86_400_000

/** True for a calendar day that exists, written `YYYY-MM-DD`; `2015-02-29` is none. */
export function isIsoDate (text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && toIsoDate(time) === text
}

/** The UTC calendar day of a time in milliseconds, as `YYYY-MM-DD`. Throws a RangeError for a time that is none. */
export function toIsoDate (time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** The day `count` days after `date` (before, if negative). Does not check `date`. */
export function addDays (date: string, count: number): string {
  return toIsoDate(Date.parse(`${date}T00:00:00Z`) + count * DAY_MS)
}

/** The same day of another year. 29 February becomes 1 March where there is none. */
export function inYear (date: string, year: number): string {
  return toIsoDate(Date.UTC(year, Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10))))
}
