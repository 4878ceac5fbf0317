import type { Config } from '../../config/index.js'
import { runChecks } from './run.js'
import { jsonReport, summaryOf, textReport } from './report.js'
import { allChecks } from './checks/index.js'
import { createWorld } from './world.js'

export interface DoctorOptions {
  /** One JSON document instead of lines for people. */
  json: boolean
  /** Takes whole lines, without their line feed. */
  print: (line: string) => void
  /** Default: on a terminal that has colours, unless NO_COLOR is set. */
  colour?: boolean
}

/**
 * Checks a running set-up end to end: Logto, its tenant against the scope catalogue and the
 * configuration, the service under PUBLIC_URL, and one real token. Changes nothing anywhere.
 * What each check looks at: docs/doctor.md.
 * @returns the exit code: 1 when a check failed, else 0
 */
export async function doctor (config: Config, { json, print, colour = hasColours() }: DoctorOptions): Promise<number> {
  const results = await runChecks(allChecks(createWorld(config)))
  for (const line of json ? [jsonReport(results)] : textReport(results, colour)) print(line)
  return summaryOf(results).fail > 0 ? 1 : 0
}

/** Node looks at NO_COLOR itself. */
function hasColours (): boolean {
  return process.stdout.isTTY && process.stdout.hasColors()
}
