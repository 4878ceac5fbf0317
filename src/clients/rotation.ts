import { randomUUID } from 'node:crypto'
import { Problem } from '../errors.js'
import { requireRest } from './change.js'
import { holding, isGoneForGood, known, newClaim, type ClientContext, type KnownRow } from './context.js'
import { isForeseen, isOutcomeUnknown } from './failures.js'
import type { ClientRow, HeldRow } from './store.js'

/**
 * A second secret beside the first, which works on for a while: Logto can't exchange one. At most
 * two work at a time: one that still waits for its end from the time before goes at once.
 * A rotation that ends half-way is undone, because nobody was told the new secret.
 * @param overlap seconds that the secret in use works on; 0: it ends now
 * @throws Problem, LogtoError
 */
export async function rotateSecret (context: ClientContext, owner: string, clientId: string, overlap: number): Promise<{ row: ClientRow, secret: string }> {
  const nextSecretName = `Secret ${randomUUID()}`
  const row = known(await context.store.begin(owner, clientId, current => {
    requireRest(current)
    if (current.secretName === null) throw new Problem('client_without_secret', 'This client is a public one (token_endpoint_auth_method "none"): it has no secret.')
    // The end of one that waits is decided here, so that it ends whatever becomes of this rotation.
    const retireAt = current.oldSecretName === null ? null : new Date(context.now())
    return { ...newClaim(context), state: 'rotating', nextSecretName, retireAt }
  }))
  return holding(context, row, () => rotate(context, row, nextSecretName, overlap))
}

async function rotate (context: ClientContext, begun: KnownRow, name: string, overlap: number): Promise<{ row: ClientRow, secret: string }> {
  const { store, applications, now } = context
  let row = begun
  let asked = false
  try {
    if (row.oldSecretName !== null) {
      await applications.removeSecret(row.clientId, row.oldSecretName)
      row = known(await store.update(row, { oldSecretName: null, retireAt: null }))
    }
    asked = true
    const secret = await applications.addSecret(row.clientId, name)
    const retireAt = new Date(now() + overlap * 1000)
    const rotated = known(await store.settle(row, { secretName: name, nextSecretName: null, oldSecretName: row.secretName, retireAt }))
    return { row: overlap === 0 ? await retireNow(context, rotated) : rotated, secret }
  } catch (error) {
    // Where the new secret can't be there the row is free at once; else the recovery looks for it.
    if (isForeseen(error) && !(asked && isOutcomeUnknown(error))) await store.settle(row, { nextSecretName: null })
    throw error
  }
}

/** The new secret works already; if the old one can't be ended now, the recovery does it. */
async function retireNow (context: ClientContext, row: KnownRow): Promise<ClientRow> {
  try {
    return await retire(context, row)
  } catch (error) {
    if (!isForeseen(error)) throw error
    return row
  }
}

/** Ends the old secret when its time has come. */
export async function retire ({ store, applications, now }: ClientContext, row: HeldRow): Promise<ClientRow> {
  if (row.oldSecretName === null || row.retireAt === null) return store.settle(row, {})
  if (row.retireAt.getTime() > now()) return store.settle(row, {})
  await applications.removeSecret(known(row).clientId, row.oldSecretName)
  return store.settle(row, { oldSecretName: null, retireAt: null })
}

/** The recovery of an abandoned rotation: the new secret goes, the old ones stay. */
export async function undoRotation (context: ClientContext, row: HeldRow): Promise<void> {
  const { store, applications } = context
  const wasThere = row.nextSecretName !== null && await applications.removeSecret(known(row).clientId, row.nextSecretName)
  if (wasThere || await isGoneForGood(context, row)) await store.settle(row, { nextSecretName: null })
}
