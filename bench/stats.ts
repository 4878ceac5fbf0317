/** The value below which the given share of the values lies; `NaN` without values. */
export function quantile (values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median (values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort()
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2
}

/**
 * Round by round, because rounds differ more than candidates within one do.
 * @returns one ratio for each round that both have
 */
export function ratios (values: readonly number[], reference: readonly number[]): number[] {
  return values.slice(0, reference.length).map((value, round) => value / (reference[round] ?? NaN))
}

/** A list that starts at another place each round, so that no candidate always comes first. */
export function rotate<T> (list: readonly T[], round: number): T[] {
  const start = round % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}

/** In an order of chance. A fixed one, wherever it starts, would always measure each right after the same other, whose garbage it collects. */
export function shuffle<T> (list: readonly T[]): T[] {
  return list.map(value => ({ value, place: Math.random() })).sort((a, b) => a.place - b.place).map(({ value }) => value)
}
