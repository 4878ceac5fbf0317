import { LogtoError } from '../error.js'
import { fail, skip, type Check, type CheckResult, type Finding } from './check.js'
import { speakable } from '../words.js'

interface Outcome {
  result: CheckResult
  /** Whether checks that need this one can be made. */
  usable: boolean
}

/**
 * Runs checks, independent ones at the same time; the results are in the order of the checks.
 * A check whose needs failed, or were not checked for such a reason, is skipped.
 * Never rejects because of a check: what one throws is its finding.
 * @throws when two checks have one id, or one needs another that does not come before it
 */
export async function runChecks (checks: readonly Check[]): Promise<CheckResult[]> {
  const outcomes = new Map<string, Promise<Outcome>>()
  for (const check of checks) {
    if (outcomes.has(check.id)) throw new Error(`two checks are called ${check.id}`)
    const needed = (check.needs ?? []).map(id => {
      const outcome = outcomes.get(id)
      if (outcome === undefined) throw new Error(`${check.id} needs ${id}, which does not come before it`)
      return outcome
    })
    outcomes.set(check.id, outcomeOf(check, needed))
  }
  return (await Promise.all(outcomes.values())).map(({ result }) => result)
}

async function outcomeOf (check: Check, needed: ReadonlyArray<Promise<Outcome>>): Promise<Outcome> {
  const missing = (await Promise.all(needed)).filter(({ usable }) => !usable).map(({ result }) => result.id)
  if (missing.length > 0) return { result: resultOf(check, skip(`Not checked, because it needs ${missing.join(' and ')}.`)), usable: false }
  const finding = await findingOf(check)
  return { result: resultOf(check, finding), usable: finding.status !== 'fail' }
}

async function findingOf ({ run }: Check): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    return troubleOf(error)
  }
}

function troubleOf (error: unknown): Finding {
  if (error instanceof LogtoError) {
    const what = [error.status, error.code].filter(part => part !== undefined).join(' ')
    return fail(`Could not ${error.step}: ${what === '' ? '' : `${what}: `}${error.reason}`, error.remedy)
  }
  return fail(`This could not be checked: ${error instanceof Error ? error.message : String(error)}`, 'Nobody thought of this; please report it.')
}

/** Much of a finding's text comes from elsewhere, names of third parties' applications for one. */
function resultOf ({ id, title }: Check, { status, detail, remedy }: Finding): CheckResult {
  return { id, title, status, detail: speakable(detail), ...(remedy === undefined ? {} : { remedy: speakable(remedy) }) }
}
