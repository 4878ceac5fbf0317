import type { DesiredTenant } from '../../desired.js'
import type { Management } from '../../management.js'
import type { Comparison, PlannedChange } from '../change.js'
import { comparison } from '../compare/index.js'
import { readTenant } from '../read.js'
import type { TenantState } from '../tenant-state.js'
import { createIds } from './ids.js'
import { takeStep, wordsOf } from './take-step.js'

export interface ApplyOptions {
  management: Management
  desired: DesiredTenant
  /** Take away what the code does not know. */
  prune: boolean
  /** Told of each change when it is made. */
  onDone: (change: PlannedChange) => void
}

export interface Applied {
  state: TenantState
  /** Without changes. */
  comparison: Comparison
}

/** What only a person can settle; nothing, or nothing more, was changed. */
export class ConflictError extends Error {
  override name = 'ConflictError'
  constructor (readonly conflicts: readonly string[]) { super(conflicts.join(' ')) }
}

/** How often the tenant is compared and changed, before somebody has to look at it. */
const ROUNDS = 3

/**
 * Makes a tenant as desired, one request after the other, and looks whether it has become so. Can be
 * interrupted anywhere and run again: everything is found again by its name or mark.
 * Does NOT keep a second run at the same time from making an application twice; the next one tells.
 * @throws LogtoError, ConflictError
 */
export async function applyDesired ({ management, desired, prune, onDone }: ApplyOptions): Promise<Applied> {
  const notes: string[] = []
  for (let round = 1; ; round += 1) {
    const state = await readTenant(management, desired)
    const found = comparison(desired, state, { prune })
    if (found.conflicts.length > 0) throw new ConflictError(found.conflicts)
    const changes = found.changes.filter(({ step }) => step.do !== 'enable cimd' || notes.length === 0)
    if (changes.length === 0) return { state, comparison: { ...found, changes, notes: [...found.notes, ...notes] } }
    if (round > ROUNDS) throw new ConflictError([`Logto took every request, but the tenant still is not as wanted; something may be changing it at the same time. Left to do: ${changes.map(wordsOf).join('; ')}.`])
    const ids = createIds(desired, state)
    const refresh = async () => ids.learn(await readTenant(management, desired))
    for (const change of changes) {
      const note = await takeStep(change, { management, ids, refresh })
      if (note === undefined) onDone(change)
      else notes.push(note)
    }
  }
}
