/**
 * What is there already, or a promise of it. A promise that is there all the same costs a request some microseconds: its answer
 * is not written in the turn that read it.
 */
export type Eventually<T> = T | Promise<T>

/** Goes on with a value: at once where it is there. Throws or rejects as `value` and `next` do. */
export function whenThere<T, U> (value: Eventually<T>, next: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
