import { randomUUID } from 'node:crypto'
import type { Applications } from './applications.js'
import type { ClientRow, ClientStore, HeldRow } from './store.js'

/** What every operation works with. */
export interface ClientContext {
  store: ClientStore
  applications: Applications
  /** Milliseconds since the epoch; tests exchange it. */
  now: () => number
  /** Milliseconds after its last sign of life from which an operation counts as abandoned. */
  grace: number
  /** Milliseconds between two looks for something that may still appear at Logto. */
  lookAgain: number
}

/** A row that has an application at Logto. */
export type KnownRow = HeldRow & { clientId: string }

/** What marks a row as being worked on from now on, by one worker. */
export function newClaim ({ now, grace }: ClientContext) {
  return { claim: randomUUID(), dueAt: new Date(now() + grace), missingAt: null, attempts: 0 }
}

/**
 * Does some work on a row and gives signs of life meanwhile, so that nobody takes an operation for
 * abandoned that only waits for a slow Logto.
 */
export async function holding<T> ({ store, now, grace }: ClientContext, row: HeldRow, work: () => Promise<T>): Promise<T> {
  const signOfLife = setInterval(() => {
    // If this fails, the operation may be overtaken; then its own next step fails, too.
    store.renew(row, new Date(now() + grace)).catch(() => {})
  }, grace / 4)
  signOfLife.unref()
  try {
    return await work()
  } finally {
    clearInterval(signOfLife)
  }
}

/**
 * Whether something that is not at Logto will not appear there any more. A request whose answer was
 * lost may still arrive: only two looks in vain, some time apart, count. Notes the first one.
 */
export async function isGoneForGood ({ store, now, lookAgain }: ClientContext, row: HeldRow): Promise<boolean> {
  const at = now()
  if (row.missingAt !== null && at - row.missingAt.getTime() >= lookAgain) return true
  const missingAt = row.missingAt ?? new Date(at)
  await store.update(row, { missingAt, dueAt: new Date(missingAt.getTime() + lookAgain) })
  return false
}

/** @throws Error for a row that can't be there: only a client without an id at Logto is still being created */
export function known<Row extends ClientRow> (row: Row): Row & { clientId: string } {
  if (row.clientId === null) throw new Error(`client row ${row.id} is ${row.state}, but has no client id`)
  return row as Row & { clientId: string }
}
