import { rotate } from './stats.js'

/** Runs before the measuring. V8 needs about 3 s until it has compiled what is fast … */
export const WARM_UP_RUNS = 8
/** … and compiles anew when connections begin and end for the first time: so it is not one long run. As part of a measurement's length. */
export const WARM_UP_SHARE = 0.5

/**
 * Lets several get up to speed in turn. One after the other would not be fair: of four equal processes, warmed up that
 * way and then measured in turn, the first two take a tenth to a seventh less time for a request than the last two.
 */
export async function warmUpInTurn<T> (all: readonly T[], warm: (one: T, run: number) => Promise<unknown>): Promise<void> {
  for (let run = 0; run < WARM_UP_RUNS; run++) {
    for (const one of rotate(all, run)) await warm(one, run)
  }
}
