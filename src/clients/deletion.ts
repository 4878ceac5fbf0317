import { holding, known, newClaim, type ClientContext } from './context.js'
import type { HeldRow } from './store.js'

/**
 * Deletes a client for good, whatever else is under way with it. A deletion that ends half-way is
 * finished by the recovery.
 * @throws Problem, LogtoError
 */
export async function removeClient (context: ClientContext, owner: string, clientId: string): Promise<void> {
  const row = await context.store.begin(owner, clientId, () => ({ ...newClaim(context), state: 'deleting' }))
  await holding(context, row, () => finishDeletion(context, row))
}

/** Also the recovery of an abandoned deletion. @throws LogtoError */
export async function finishDeletion ({ store, applications }: ClientContext, row: HeldRow): Promise<void> {
  await applications.remove(known(row).clientId)
  await store.remove(row)
}
