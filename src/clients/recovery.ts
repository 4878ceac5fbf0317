import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientState } from '../db/schema.js'
import { LogtoError } from '../logto/error.js'
import { finishChange, type ChangeOutcome } from './change.js'
import { holding, type ClientContext } from './context.js'
import { undoCreation } from './creation.js'
import { finishDeletion } from './deletion.js'
import { isForeseen } from './failures.js'
import { retire, undoRotation } from './rotation.js'
import type { HeldRow } from './store.js'

/** What of a logger is used. */
export interface RecoveryLog {
  info (details: object, message: string): void
  warn (details: object, message: string): void
}

export interface RecoveryOptions extends ClientContext {
  /** Milliseconds between two passes, ± 20 %. */
  every?: number
  random?: () => number
}

export type Recovery = ReturnType<typeof createRecovery>

/** Milliseconds before a failed row is tried again: doubled each time, up to an hour. */
const FIRST_WAIT = 30_000
const LONGEST_WAIT = 3_600_000
/** Longest time that a pass under way can hold up the end of the process; what it leaves is done next time. */
const PATIENCE = 3_000

const steps: Record<ClientState, (context: ClientContext, row: HeldRow) => Promise<ChangeOutcome | void>> = {
  creating: undoCreation,
  changing: finishChange,
  rotating: undoRotation,
  deleting: finishDeletion,
  active: async (context, row) => { await retire(context, row) }
}

/**
 * Finishes or undoes what was begun at Logto and abandoned: by a process that died, or because Logto
 * did not answer. Also ends old secrets. Every replica may run it: each row is taken by one.
 */
export function createRecovery ({ every = 30_000, random = Math.random, ...context }: RecoveryOptions) {
  const { store, now, grace } = context
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let underWay: Promise<unknown> = Promise.resolve()

  /** Everything that is due, one row after the other. */
  async function pass (log: RecoveryLog): Promise<void> {
    for (;;) {
      if (closed) return
      const at = now()
      const row = await store.claimDue(new Date(at), { claim: randomUUID(), dueAt: new Date(at + grace) })
      if (row === undefined) return
      await putInOrder(row, log)
    }
  }

  async function putInOrder (row: HeldRow, log: RecoveryLog): Promise<void> {
    const { clientId, owner, state, attempts } = row
    try {
      const outcome = await holding(context, row, () => steps[state](context, row))
      log.info({ client_id: clientId, owner, state, refusal: outcome?.refusal?.message }, 'recovery has seen to a client')
    } catch (error) {
      if (!isForeseen(error)) throw error
      log.warn({ client_id: clientId, owner, state, attempts: attempts + 1, reason: error.message }, 'recovery could not put a client in order; it will try again')
      await store.postpone(row, { attempts: attempts + 1, dueAt: new Date(now() + waitAfter(attempts, error)) })
    }
  }

  function schedule (log: RecoveryLog, delay: number): void {
    timer = setTimeout(() => {
      underWay = pass(log)
        .catch((error: unknown) => { log.warn({ err: error }, 'the recovery of clients failed; it will run again') })
        .finally(() => { if (!closed) schedule(log, every * (0.8 + 0.4 * random())) })
    }, delay)
    timer.unref()
  }

  return {
    pass,
    /** At once, and then again and again. Does not keep the process alive. */
    start (log: RecoveryLog): void { schedule(log, 0) },
    async close (): Promise<void> {
      closed = true
      clearTimeout(timer)
      await Promise.race([underWay, pause(PATIENCE, undefined, { ref: false })])
    }
  }
}

function waitAfter (attempts: number, error: unknown): number {
  const asked = error instanceof LogtoError ? (error.retryAfter ?? 0) * 1000 : 0
  return Math.max(asked, Math.min(FIRST_WAIT * 2 ** attempts, LONGEST_WAIT))
}
