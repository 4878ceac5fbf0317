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
 * @returns a note, when it was not done and all the rest is well without it
 * @throws LogtoError
 */
export async function takeStep (change: PlannedChange, { management, ids, refresh }: StepOptions): Promise<string | undefined> {
  try {
    await take(createContext(management, ids, wordsOf(change)), change.step)
  } catch (error) {
    if (!(error instanceof LogtoError)) throw error
    if (change.action === 'delete' && error.failure === 'not_found') return undefined
    // A self-hosted Logto says no when it runs without protection against requests to its own network.
    if (change.step.do === 'enable cimd' && error.failure === 'refused') return `Agents with a client ID metadata document are not let in: ${error.message}`
    if (!MADE_MEANWHILE.includes(error.code ?? '')) throw error
    await refresh()
  }
  return undefined
}

/** To be read after "could not". */
export function wordsOf ({ action, subject }: PlannedChange): string {
  return `${action} the ${subject}`
}

function take<K extends Step['do']> (context: Context, step: Step & { do: K }): Promise<unknown> {
  const taken = steps[step.do] as (context: Context, step: Step) => Promise<unknown>
  return taken(context, step)
}
