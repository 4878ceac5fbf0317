import { rotate } from './stats.js'

/** How long one run is, as part of a measurement. */
export const WARM_UP_SHARE = 0.5

/**
 * Lets several get up to speed in turn. One after the other would not be fair: of four equal processes, warmed up that
 * way and then measured in turn, the first two take a tenth to a seventh less time for a request than the last two.
 */
export async function warmUpInTurn<T> (all: readonly T[], runs: number, warm: (one: T, run: number) => Promise<unknown>): Promise<void> {
  for (let run = 0; run < runs; run++) {
    for (const one of rotate(all, run)) await warm(one, run)
  }
}
