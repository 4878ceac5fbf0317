import type { Config } from '../config/index.js'
import { desiredTenant, type DesiredApplication, type DesiredTenant } from '../logto/desired.js'
import type { Management } from '../logto/management.js'
import { applyDesired, clientVariables, openEnvFile, writeClients, type PlannedChange } from '../logto/plan/index.js'
import { applyReport, type ApplyReport, type Outcome } from './apply-report.js'
import type { LogtoOptions } from './arguments.js'
import { exitCodes } from './exit-codes.js'
import { withTenant } from './tenant.js'
import type { Terminal } from './terminal.js'

/**
 * `scopegate logto apply`: makes the tenant as desired. A failure is told with what was done before it.
 * @returns the exit code
 */
export async function applyCommand (config: Config, options: LogtoOptions, terminal: Terminal): Promise<number> {
  // Before anything is changed.
  const file = options.writeEnv === undefined ? undefined : await openEnvFile(options.writeEnv)
  const report = applyReport(config, options, terminal)
  return withTenant(config, terminal.err, async management => {
    const applied: PlannedChange[] = []
    try {
      const outcome = await applyTo(management, desiredTenant(config), { prune: options.prune, applied, report })
      const written = file && await writeClients({ management, file, clients: outcome.clients, made: madeIn(applied) })
      report.done({ ...outcome, written })
      return exitCodes.ok
    } catch (error) {
      report.failed(applied, error)
      return exitCodes.failure
    }
  })
}

interface ApplyTo { prune: boolean, applied: PlannedChange[], report: ApplyReport }

async function applyTo (management: Management, desired: DesiredTenant, { prune, applied, report }: ApplyTo): Promise<Omit<Outcome, 'written'>> {
  const onDone = (change: PlannedChange) => {
    applied.push(change)
    report.step(change)
  }
  const { state, comparison } = await applyDesired({ management, desired, prune, onDone })
  return { applied, comparison, clients: clientVariables(desired, state) }
}

function madeIn (applied: readonly PlannedChange[]): Set<DesiredApplication['key']> {
  return new Set(applied.flatMap(({ step }) => step.do === 'create application' ? [step.application.key] : []))
}
