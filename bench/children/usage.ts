/** What a process has used so far. */
export interface Usage {
  /** Milliseconds on the process' own clock. */
  at: number
  /** Microseconds of CPU, all threads. */
  cpu: number
  rss: number
  heapUsed: number
  external: number
}

export function usage (): Usage {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { at: performance.now(), cpu: user + system, rss, heapUsed, external }
}

/** The same after a full garbage collection; needs `--expose-gc`. */
export function usageAfterGc (): Usage {
  if (globalThis.gc === undefined) throw new Error('start this with --expose-gc')
  for (let turn = 0; turn < 3; turn++) globalThis.gc()
  return usage()
}
