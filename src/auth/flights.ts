import type { Eventually } from './eventually.js'
import { tailOf } from './token-cache.js'

interface Flight<T> {
  text: string
  result: Promise<T>
}

/**
 * Lets all who ask for the same text at the same time share one piece of work.
 *
 * As in the token cache the tail only finds it, because hashing 700 characters would cost more; the whole text decides. Texts
 * that end alike stand beside each other: whoever sends one can't bring another to be worked on twice.
 */
export function createFlights<T> (): (text: string, work: () => Eventually<T>) => Eventually<T> {
  const underWay = new Map<number, ReadonlyArray<Flight<T>>>()

  function end (tail: number, flight: Flight<T>): void {
    const others = underWay.get(tail)?.filter(one => one !== flight) ?? []
    if (others.length > 0) underWay.set(tail, others)
    else underWay.delete(tail)
  }

  return function share (text, work) {
    const tail = tailOf(text)
    const alike = underWay.get(tail)
    const known = alike?.find(one => one.text === text)
    if (known) return known.result
    const result = work()
    // Done already, so nobody can have come meanwhile.
    if (!(result instanceof Promise)) return result
    const flight = { text, result }
    underWay.set(tail, alike ? [...alike, flight] : [flight])
    const over = () => { end(tail, flight) }
    result.then(over, over)
    return result
  }
}
