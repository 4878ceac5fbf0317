import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { packageRoot } from '../../src/root.js'

/** A folder outside the repository, gone at the end of the test (`t.testdir` keeps one a test only). */
export function temporaryFolder (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'scopegate-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** Runs src/server.ts as a process of its own. */
export const runServer = (t: Test, env: Record<string, string>) => runScript(t, 'src/server.ts', env)

/** Runs one of our programs as a process of its own, with nothing in its environment but what is given. */
export function runScript (t: Test, script: string, env: Record<string, string>) {
  const tsx = import.meta.resolve('tsx')
  const child = spawn(process.execPath, ['--import', tsx, join(packageRoot(), script)], {
    cwd: temporaryFolder(t),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => { output.out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { output.err += chunk.toString() })
  const exited = once(child, 'exit').then(([code, signal]) => ({ code: code as number | null, signal: signal as string | null }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await exited
  })

  return {
    output,
    exited,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Waits until an address answers with a status. */
    async answers (url: string, status = 200): Promise<Response> {
      for (;;) {
        if (child.exitCode !== null) throw new Error(`it ended: ${output.err}`)
        const response = await fetch(url).catch(() => undefined)
        if (response?.status === status) return response
        await sleep(50)
      }
    }
  }
}
