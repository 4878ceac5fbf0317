/** Does something with each item, `atOnce` at a time; the results are in the order of the items. */
export async function eachOf<T, R> (items: readonly T[], atOnce: number, work: (item: T) => Promise<R[]>): Promise<R[]> {
  const results: R[][] = []
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...await Promise.all(items.slice(start, start + atOnce).map(work)))
  }
  return results.flat()
}
