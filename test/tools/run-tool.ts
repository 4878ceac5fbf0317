import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { packageRoot } from '../../src/root.js'

export const toolsFolder = join(packageRoot(), 'test/tools')

/** Asks nobody on the network whether there is something newer, and reports to nobody. */
const quiet = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' }

/** Runs a program from this folder's packages (or from the project's) in a folder, to its end. */
export async function runTool (name: string, args: readonly string[], cwd: string, packages = toolsFolder) {
  // What tap loads into its own processes is no matter of theirs.
  const { NODE_OPTIONS: _options, ...env } = process.env
  const child = spawn(process.execPath, [join(packages, 'node_modules/.bin', name), ...args], { cwd, env: { ...env, ...quiet }, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number]>])
  return { out, error, code }
}
