import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { packageRoot } from '../../src/root.js'
import { freePort } from '../shared/free-port.js'

export interface RunningService {
  url: string
  stop (): Promise<void>
}

/** How long a first start on a slow machine may take: the database is created then. */
const START_LIMIT = 120_000

/**
 * Starts the real service, as `npm start` does, on free ports and with a data folder of its own.
 * @throws when it ends or is not ready in time; its own words are in the message
 */
export async function startService (): Promise<RunningService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'scopegate-demo-'))
  const [port, asPort] = [await freePort(), await freePort()]
  const child = spawn(process.execPath, [join(packageRoot(), 'dist/src/server.js')], {
    cwd: dataDir,
    env: { PATH: process.env['PATH'], PORT: String(port), AS_PORT: String(asPort), DATA_DIR: dataDir, WEATHER_SOURCE: 'observations', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  let words = ''
  child.stderr.on('data', (chunk: Buffer) => { words += chunk.toString() })
  const exited = once(child, 'exit')
  // However this process ends, the service ends with it.
  const endWithUs = () => { child.kill('SIGKILL') }
  process.once('exit', endWithUs)
  const url = `http://localhost:${port}`

  async function stop (): Promise<void> {
    if (child.exitCode === null) {
      child.kill('SIGTERM')
      await exited
    }
    process.off('exit', endWithUs)
    await rm(dataDir, { recursive: true, force: true })
  }

  const limit = Date.now() + START_LIMIT
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > limit) {
      await stop()
      throw new Error(`the service did not start: ${words.trim() || 'it was not ready in time'}`)
    }
    await sleep(100)
  }
  return { url, stop }
}

async function isReady (url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok
  } catch {
    return false // not listening yet
  }
}
