import { mkdir, rm, rmdir, stat } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join, relative, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../errors.js'

/** Most systems allow 104 to 108 bytes for the address of a local socket. */
const MAX_SOCKET_PATH = 100

/**
 * Holds a data folder for this process by listening on a local socket in it. The system lets go of
 * it however the process ends, `kill -9` included; a number in a file would outlive its process.
 * @returns how to let go
 * @throws StartError when another process holds the folder, or it can't be used
 */
export async function lockDataDir (dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => { throw unusable(dataDir, error) })
  const path = socketPath(dataDir)
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw unusable(dataDir, error)
    return takeOver(path, () => new StartError(`DATA_DIR: expected a folder that no other process uses, found ${JSON.stringify(dataDir)} in use by a running Scopegate`))
  })
  server.unref()
  return async () => {
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
}

/** Older than this, the gate of a takeover was left behind, too. Milliseconds. */
const GATE_AGE = 10_000

/**
 * Replaces a socket that a killed process left behind. One at a time, behind a folder that only one
 * can make: else a second one could remove the socket that the first has just put there.
 */
async function takeOver (path: string, inUse: () => StartError): Promise<Server> {
  if (await answers(path)) throw inUse()
  const gate = `${path}.takeover`
  const made = await stat(gate).catch(() => undefined)
  if (made && Date.now() - made.mtimeMs > GATE_AGE) await rmdir(gate).catch(() => {})
  await mkdir(gate).catch(() => { throw inUse() })
  try {
    await sleep(200) // whoever has just bound the socket is listening by then
    if (await answers(path)) throw inUse()
    await rm(path, { force: true })
    return await listen(path)
  } finally {
    await rmdir(gate)
  }
}

function unusable (dataDir: string, error: unknown): StartError {
  return new StartError(`DATA_DIR: expected a folder that can be written to, found ${JSON.stringify(dataDir)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
}

function socketPath (dataDir: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\scopegate-${resolve(dataDir).replaceAll(/[\\/:]/g, '-')}`
  const absolute = resolve(dataDir, 'lock')
  const local = join(relative(process.cwd(), resolve(dataDir)), 'lock')
  const path = local.length < absolute.length ? local : absolute
  if (path.length > MAX_SOCKET_PATH) throw new StartError(`DATA_DIR: expected a path of at most ${MAX_SOCKET_PATH} characters, found ${JSON.stringify(dataDir)}`)
  return path
}

async function listen (path: string): Promise<Server> {
  const server = createServer(socket => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return server
}

async function answers (path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => { socket.destroy(); resolve(true) })
    // Only these two say that nobody is there; anything else is taken for a living process.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'))
  })
}
