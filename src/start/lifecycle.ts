/** What was started, in order; stopped in reverse, each part once. */
export function createLifecycle () {
  const stops: Array<() => Promise<unknown>> = []
  let stopping: Promise<void> | undefined

  async function stopAll (): Promise<void> {
    const failures: unknown[] = []
    for (let stop = stops.pop(); stop; stop = stops.pop()) {
      // One part that fails to stop must not keep the others, the database above all, from it.
      await stop().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }

  return {
    /** Remembers how to stop what has just been started. */
    started (stop: () => Promise<unknown>): void { stops.push(stop) },
    /** Stops everything; further calls wait for the same end. */
    stop: (): Promise<void> => (stopping ??= stopAll())
  }
}

/** Longest time a clean end may take; then the process goes anyway. */
const GRACE = 10_000

/**
 * Ends the process cleanly on SIGTERM and SIGINT. A repeated signal changes nothing: npm and
 * terminals pass the same one on twice (close-with-grace would take the second for "exit 1 now").
 */
export function stopOnSignals (stop: () => Promise<void>, report: (error: unknown) => void): void {
  let ending = false
  const end = (code: number) => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), GRACE).unref()
    stop().then(() => process.exit(code), (error: unknown) => {
      report(error)
      process.exit(1)
    })
  }
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  process.on('uncaughtException', error => { report(error); end(1) })
  process.on('unhandledRejection', error => { report(error); end(1) })
}
