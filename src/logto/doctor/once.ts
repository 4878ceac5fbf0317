/** A value that is worked out at the first call; a promise, failed or not, is everybody's. */
export function once<T> (work: () => T): () => T {
  let held: { value: T } | undefined
  return () => (held ??= { value: work() }).value
}
