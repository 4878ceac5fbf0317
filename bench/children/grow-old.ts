import { setTimeout as pause } from 'node:timers/promises'

/** V8 keeps a hidden class that no object has any more through two full collections. */
const COLLECTIONS = 4
const BETWEEN_MS = 20

/**
 * Brings the process where every server comes that was idle for a while: full garbage collections while nothing is
 * under way. V8 then gives up the hidden class of the objects that `process.nextTick` makes, and from then on makes
 * them in a slower way for as long as the process lives (Node 20): a request of bare Fastify cost three
 * tenths more where this was found. Left to chance, it happens to whoever has more on the heap or waits longer for its turn.
 * Needs `--expose-gc`.
 */
export async function growOld (): Promise<void> {
  if (globalThis.gc === undefined) throw new Error('start this with --expose-gc')
  for (let collection = 0; collection < COLLECTIONS; collection++) {
    globalThis.gc()
    await pause(BETWEEN_MS)
  }
}
