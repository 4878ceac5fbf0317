/**
 * What is there already, or a promise of it: one of this realm's own, because anything else is taken for the value. Also a
 * promise that is fulfilled costs a request time.
 */
export type Eventually<T> = T | Promise<T>

/** Goes on with a value: at once where it is there. Throws or rejects as `value` and `next` do. */
export function whenThere<T, U> (value: Eventually<T>, next: (value: T) => Eventually<U>): Eventually<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}
