import type { Config } from '../config/index.js'
import { LogtoError } from '../logto/error.js'
import { headline, paint, publicChange, remarkLines, type ClientVariables, type Comparison, type PlannedChange } from '../logto/plan/index.js'
import type { LogtoOptions } from './arguments.js'
import { errorLines } from './errors.js'
import type { Terminal } from './terminal.js'

export interface Outcome {
  applied: PlannedChange[]
  comparison: Comparison
  clients: ClientVariables[]
  /** Names of the variables in the environment file, where one was asked for. */
  written: string[] | undefined
}

export interface ApplyReport {
  /** A change that has just been made. */
  step: (change: PlannedChange) => void
  done: (outcome: Outcome) => void
  failed: (applied: readonly PlannedChange[], error: unknown) => void
}

/** What `apply` prints: each step when it is done, or one document at the end. Never a secret. */
export function applyReport (config: Config, { json, writeEnv }: LogtoOptions, terminal: Terminal): ApplyReport {
  return json ? jsonReport(terminal, writeEnv) : textReport(config, terminal, writeEnv)
}

const idsOf = (clients: readonly ClientVariables[]) => Object.fromEntries(clients.map(({ idVariable, applicationId }) => [idVariable, applicationId]))

function jsonReport ({ out, err }: Terminal, writeEnv: string | undefined): ApplyReport {
  const print = (document: object) => out(JSON.stringify(document, null, 2))
  return {
    step: () => {},
    done: ({ applied, comparison: { unmanaged, notes }, clients, written }) =>
      print({ applied: applied.map(publicChange), clients: idsOf(clients), unmanaged, notes, ...(written === undefined ? {} : { written: { file: writeEnv, variables: written } }) }),
    failed (applied, error) {
      print({ applied: applied.map(publicChange), failure: failureOf(error) })
      for (const line of errorLines(error)) err(line)
    }
  }
}

function failureOf (error: unknown): object {
  if (!(error instanceof LogtoError)) return { message: error instanceof Error ? error.message : String(error) }
  const { message, failure, step, status, code, outcomeUnknown } = error
  return { message, failure, step, status, code, outcomeUnknown }
}

function textReport (config: Config, { out, err, colour }: Terminal, writeEnv: string | undefined): ApplyReport {
  const painted = paint(colour)
  let steps = 0
  return {
    step (change) {
      if (steps === 0) out(`Tenant ${config.logto.endpoint}:`)
      steps += 1
      out(headline(change, painted))
    },
    done ({ comparison, clients, written }) {
      out(steps === 0 ? 'Nothing to do: the tenant is as the code wants it.' : `Done: ${changesInWords(steps)}.`)
      for (const line of remarkLines(comparison, painted)) out(line)
      out('')
      for (const [name, id] of Object.entries(idsOf(clients))) out(`${name}=${id}`)
      if (written !== undefined) out(`Written into ${writeEnv}: ${written.join(', ')}.`)
    },
    failed (applied, error) {
      for (const line of errorLines(error)) err(line)
      if (error instanceof LogtoError && error.outcomeUnknown) err('It may have been done all the same.')
      if (applied.length === 0) return err('Nothing was changed before that.')
      err(`Done before that (${changesInWords(applied.length)}):`)
      for (const change of applied) err(`  ${headline(change, paint(false))}`)
      err('Run it again to go on from there.')
    }
  }
}

function changesInWords (count: number): string {
  return `${count} change${count === 1 ? '' : 's'}`
}
