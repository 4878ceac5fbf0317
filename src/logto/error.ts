/** Why something failed at Logto; each kind has its own remedy. */
export type LogtoFailure =
  /** Nobody answers at LOGTO_ENDPOINT, or not in time. */
  | 'unreachable'
  /** Logto does not know the machine-to-machine app, or its secret. */
  | 'credentials'
  /** The app is known, but may not use the Management API. */
  | 'forbidden'
  | 'not_found'
  /** Logto finds fault with what was sent (400, 422). */
  | 'refused'
  /** More requests than Logto takes, also after waiting. */
  | 'rate_limited'
  /** The plan of a Logto Cloud tenant does not include (more of) this. */
  | 'plan_limit'
  /** Logto's own fault, or an answer that is not Logto's. */
  | 'server'

export interface LogtoErrorDetails {
  failure: LogtoFailure
  /** What was being done, to be read after "could not": `create the role "Weather user"`. */
  step: string
  status?: number
  /** Logto's code, such as `role.name_in_use`. */
  code?: string
  /** Logto's own words, or those of the network. Never a token or a secret. */
  reason: string
  /** Seconds that Logto asked to wait. */
  retryAfter?: number
  cause?: unknown
}

const remedies: Record<LogtoFailure, string> = {
  unreachable: 'Check LOGTO_ENDPOINT and that Logto runs.',
  credentials: 'Check LOGTO_M2M_APP_ID, LOGTO_M2M_APP_SECRET and LOGTO_MANAGEMENT_RESOURCE.',
  forbidden: 'Give the machine-to-machine app the role "Logto Management API access".',
  not_found: 'Somebody else may have changed the tenant meanwhile; run it again.',
  refused: 'Logto does not take this as it is.',
  rate_limited: 'Wait a while and run it again.',
  plan_limit: 'The plan of this Logto tenant does not allow (more of) this.',
  server: 'The fault is at Logto, or at what stands before it; try again later.'
}

/** A failed call of Logto's Management API, in words: the step, what Logto said, what to do about it. */
export class LogtoError extends Error {
  override name = 'LogtoError'
  readonly failure: LogtoFailure
  readonly step: string
  readonly status: number | undefined
  readonly code: string | undefined
  readonly reason: string
  readonly retryAfter: number | undefined

  constructor ({ failure, step, status, code, reason, retryAfter, cause }: LogtoErrorDetails) {
    const what = [status, code].filter(part => part !== undefined).join(' ')
    super(`could not ${step}: ${what === '' ? reason : `${what}: ${reason}`} ${remedies[failure]}`, cause === undefined ? undefined : { cause })
    this.failure = failure
    this.step = step
    this.status = status
    this.code = code
    this.reason = reason
    this.retryAfter = retryAfter
  }

  /** What to do about it, one sentence. */
  get remedy (): string {
    return remedies[this.failure]
  }

  /** Whether Logto may have done it all the same: there was no answer, or one that says nothing about it. */
  get outcomeUnknown (): boolean {
    return this.failure === 'unreachable' || this.failure === 'server'
  }
}
