import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join, relative, resolve } from 'node:path'

/** Most systems allow 104 to 108 bytes for the address of a local socket. */
const MAX_SOCKET_PATH = 100

/**
 * Holds a data folder for this process by listening on a local socket in it. The system lets go of
 * it however the process ends, `kill -9` included; a number in a file would outlive its process.
 * @returns how to let go
 * @throws Error, one line, when another process holds the folder
 */
export async function lockDataDir (dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const path = socketPath(dataDir)
  const server = await listen(path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    if (await answers(path)) throw new Error(`DATA_DIR: expected a folder that no other process uses, found ${JSON.stringify(dataDir)} in use by a running Scopegate`)
    await rm(path, { force: true }) // left behind by a process that was killed
    return listen(path)
  })
  server.unref()
  return async () => {
    await new Promise<void>(resolve => server.close(() => resolve()))
  }
}

function socketPath (dataDir: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\scopegate-${resolve(dataDir).replaceAll(/[\\/:]/g, '-')}`
  const absolute = resolve(dataDir, 'lock')
  const local = join(relative(process.cwd(), resolve(dataDir)), 'lock')
  const path = local.length < absolute.length ? local : absolute
  if (path.length > MAX_SOCKET_PATH) throw new Error(`DATA_DIR: expected a path of at most ${MAX_SOCKET_PATH} characters, found ${JSON.stringify(dataDir)}`)
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
    socket.once('error', () => resolve(false))
  })
}
