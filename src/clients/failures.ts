import { Problem } from '../errors.js'
import { LogtoError } from '../logto/error.js'
import { MetadataError } from './metadata-error.js'

/** Seconds after which a new try makes sense where Logto names no time. */
const RETRY_AFTER = 60

/** Whether an error is a foreseen one: somebody's answer, not a fault of ours and not the end of the process. */
export function isForeseen (error: unknown): error is LogtoError | MetadataError | Problem {
  return error instanceof LogtoError || error instanceof MetadataError || error instanceof Problem
}

/** Whether asking Logto for the same again would fail for the same reason. */
export function isFinal (error: unknown): error is LogtoError | MetadataError {
  return error instanceof MetadataError || (error instanceof LogtoError && ['refused', 'plan_limit', 'not_found'].includes(error.failure))
}

/** Whether something may have happened at Logto although it failed. */
export function isOutcomeUnknown (error: unknown): boolean {
  return !isForeseen(error) || (error instanceof LogtoError && error.outcomeUnknown)
}

/** Runs an operation, and turns what Logto says into an answer for the developer. @throws Problem, MetadataError */
export async function inWords<T> (operation: () => Promise<T>): Promise<T> {
  try {
    return await operation()
  } catch (error) {
    throw error instanceof LogtoError ? toProblem(error) : error
  }
}

function toProblem (cause: LogtoError): Problem {
  const { failure, retryAfter, reason } = cause
  const later = { cause, retryAfter: retryAfter ?? RETRY_AFTER }
  switch (failure) {
    case 'rate_limited': return new Problem('registration_unavailable', 'The authorization server takes no more requests at the moment; try again later.', later)
    case 'plan_limit': return new Problem('registration_unavailable', 'The authorization server has no room for more clients; ask the operator of this service.', { cause })
    case 'credentials':
    case 'forbidden': return new Problem('registration_unavailable', 'This service is not let in at the authorization server; its operator has to look at it.', { cause })
    case 'not_found': return new Problem('client_gone', 'The authorization server does not know this client any more; delete it here, and register it again if you need it.', { cause })
    case 'refused': return new Problem('registration_unavailable', `The authorization server does not take this: ${reason}`, { cause })
    default: return new Problem('registration_unavailable', 'The authorization server can\'t be reached right now. What was begun is put in order by itself; look at your clients in some minutes.', later)
  }
}
