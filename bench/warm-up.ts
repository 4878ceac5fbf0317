import type { Child } from './children/start-child.js'
import type { LoadOptions } from './children/load-run.js'

/** Runs before the measuring. V8 needs about 3 s until it has compiled what is fast … */
const RUNS = 8
/** … and compiles anew when connections begin and end for the first time: so it is not one long run. */
const SHARE = 0.5

/** Lets a server without signature checks get up to speed: as it will be measured, and as often as it takes. */
export async function warmUp (load: Child, request: LoadOptions): Promise<void> {
  for (let run = 0; run < RUNS; run++) await load.call('run', { ...request, seconds: request.seconds * SHARE })
}
