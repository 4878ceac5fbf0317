import type { Config } from '../config/index.js'
import { openDatabase } from '../db/index.js'
import { lockDataDir } from '../start/data-lock.js'
import { startEmbedded } from '../start/embedded.js'
import { createLifecycle } from '../start/lifecycle.js'

/** Numbers of the signals; a program that one has ended says 128 and that (POSIX shells). */
const signals = { SIGINT: 2, SIGTERM: 15 } as const

/**
 * Starts the embedded authorization server as the service would, on the same data. A signal stops it
 * before the process ends, so that its database is closed; a second one does not wait for that.
 * @returns how to stop it
 * @throws StartError when the data folder is in use
 */
export async function startEmbeddedServer (config: Config): Promise<() => Promise<void>> {
  const lifecycle = createLifecycle()
  const starting = start(config, lifecycle)
  const listeners = Object.entries(signals).map(([signal, number]) => {
    const end = () => { void starting.catch(() => {}).then(lifecycle.stop).finally(() => process.exit(128 + number)) }
    process.once(signal, end)
    return () => process.off(signal, end)
  })
  const stop = async () => {
    for (const forget of listeners) forget()
    await lifecycle.stop()
  }
  try {
    await starting
    return stop
  } catch (error) {
    await stop()
    throw error
  }
}

async function start (config: Config, lifecycle: ReturnType<typeof createLifecycle>): Promise<void> {
  lifecycle.started(await lockDataDir(config.dataDir))
  const database = await openDatabase(config)
  lifecycle.started(() => database.close())
  const server = await startEmbedded(config, database)
  lifecycle.started(() => server.close())
}
