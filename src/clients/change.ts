import { isDeepStrictEqual } from 'node:util'
import { Problem } from '../errors.js'
import { idsOf, type ScopeIds } from './consent.js'
import { holding, known, newClaim, type ClientContext, type KnownRow } from './context.js'
import { isFinal } from './failures.js'
import type { ClientMetadata } from './metadata.js'
import type { ClientRow, HeldRow } from './store.js'

/** How a change ended: the client as it is now, and why it is not as it was wanted. */
export interface ChangeOutcome { row: ClientRow, refusal?: Error }

/**
 * Changes a client. What is wanted is written down first, so a change that ends half-way is finished
 * by the recovery; what Logto refuses is taken back.
 * @throws Problem, LogtoError, MetadataError
 */
export async function changeClient (context: ClientContext, owner: string, clientId: string, merge: (current: ClientMetadata) => ClientMetadata): Promise<ClientRow> {
  const { store, applications } = context
  // Asked before anything is written: with a Logto that is down, nothing is begun.
  await store.find(owner, clientId)
  const ids = await applications.scopeIds()
  const row = await store.begin(owner, clientId, current => {
    requireRest(current)
    const wanted = merge(current.metadata)
    idsOf(ids, wanted.scopes)
    return { ...newClaim(context), state: 'changing', wanted }
  })
  const outcome = await holding(context, row, () => finishChange(context, row, ids))
  if (outcome.refusal !== undefined) throw outcome.refusal
  return outcome.row
}

/** Brings Logto to what is wanted; also the recovery of an abandoned change. @throws LogtoError when that can be tried again */
export async function finishChange (context: ClientContext, row: HeldRow, scopeIds?: ScopeIds): Promise<ChangeOutcome> {
  const { store, applications, now } = context
  const wanted = row.wanted ?? row.metadata
  const ids = scopeIds ?? await applications.scopeIds()
  try {
    await bring(context, known(row), wanted, ids)
  } catch (refusal) {
    if (!isFinal(refusal)) throw refusal
    return { row: await takeBack(context, row, ids), refusal }
  }
  const changed = isDeepStrictEqual(wanted, row.metadata) ? {} : { metadata: wanted, updatedAt: new Date(now()) }
  return { row: await store.settle(row, { ...changed, wanted: null }) }
}

/** What was done of a refused change is put back; while that fails, it is what the recovery has to do. */
async function takeBack (context: ClientContext, row: HeldRow, ids: ScopeIds): Promise<ClientRow> {
  const back = await context.store.update(row, { wanted: row.metadata })
  try {
    await bring(context, known(back), row.metadata, ids)
  } catch (error) {
    // An application that is gone, or that Logto does not take back as it was, stays so.
    if (!isFinal(error)) throw error
  }
  return context.store.settle(back, { wanted: null })
}

async function bring ({ applications }: ClientContext, { clientId }: KnownRow, metadata: ClientMetadata, ids: ScopeIds): Promise<void> {
  await applications.update(clientId, metadata)
  await applications.limitTo(clientId, idsOf(ids, metadata.scopes))
}

/** @throws Problem while another operation is not finished */
export function requireRest ({ state }: ClientRow): void {
  if (state === 'deleting') throw new Problem('client_not_found', 'You have no client with this id.')
  if (state !== 'active') throw new Problem('client_busy', 'Another change of this client is under way, or is being put in order; try again in some minutes.', { retryAfter: 120 })
}
