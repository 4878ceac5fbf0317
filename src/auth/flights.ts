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
export function createFlights<T> (): (text: string, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<number, ReadonlyArray<Flight<T>>>()

  function end (tail: number, flight: Flight<T>): void {
    const others = underWay.get(tail)?.filter(one => one !== flight) ?? []
    if (others.length > 0) underWay.set(tail, others)
    else underWay.delete(tail)
  }

  return async function share (text, work) {
    const tail = tailOf(text)
    const alike = underWay.get(tail)
    const known = alike?.find(one => one.text === text)
    if (known) return await known.result
    const flight = { text, result: work() }
    underWay.set(tail, alike ? [...alike, flight] : [flight])
    try {
      return await flight.result
    } finally {
      end(tail, flight)
    }
  }
}
