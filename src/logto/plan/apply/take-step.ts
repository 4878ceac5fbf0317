import { LogtoError } from '../../error.js'
import type { Management } from '../../management.js'
import type { PlannedChange, Step } from '../change.js'
import { createContext, type Context } from './context.js'
import type { Ids } from './ids.js'
import { steps } from './steps.js'

export interface StepOptions {
  management: Management
  ids: Ids
  /** Learns the ids of what somebody else has made meanwhile. */
  refresh: () => Promise<void>
}

/** Logto's codes for what is there already: an interrupted or simultaneous run has made it. */
const MADE_MEANWHILE = ['resource.resource_identifier_in_use', 'scope.name_exists', 'role.name_in_use', 'role.scope_exists']

/**
 * Makes one change. What is there, or gone, already counts as done; whether it is as wanted is for the
 * next comparison to say.
 * @throws LogtoError
 */
export async function takeStep (change: PlannedChange, { management, ids, refresh }: StepOptions): Promise<void> {
  try {
    await take(createContext(management, ids, wordsOf(change)), change.step)
  } catch (error) {
    if (!(error instanceof LogtoError)) throw error
    if (change.action === 'delete' && error.failure === 'not_found') return
    if (!MADE_MEANWHILE.includes(error.code ?? '')) throw error
    await refresh()
  }
}

/** To be read after "could not". */
export function wordsOf ({ action, subject }: PlannedChange): string {
  return `${action} the ${subject}`
}

function take<K extends Step['do']> (context: Context, step: Step & { do: K }): Promise<unknown> {
  const taken = steps[step.do] as (context: Context, step: Step) => Promise<unknown>
  return taken(context, step)
}
