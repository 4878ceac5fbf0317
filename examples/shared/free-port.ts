import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the ports that Linux (from 32768), macOS and Windows (from 49152) give to whoever asks for any port, so that
 * nobody is given this one before it is used. Above the last one that fetch and browsers refuse to call (10080).
 */
const FIRST = 10_100
const COUNT = 22_000
/** Processes that run side by side start far from each other. */
let next = process.pid * 89 % COUNT

/** A port of loopback that was free a moment ago; another one at each call. */
export async function freePort (): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + next
    next = (next + 1) % COUNT
    if (await isFree(port)) return port
  }
  throw new Error(`no port from ${FIRST} to ${FIRST + COUNT - 1} is free`)
}

async function isFree (port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    // EACCES: Windows keeps whole ranges for itself.
    if (['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
  server.close()
  await once(server, 'close')
  return true
}
