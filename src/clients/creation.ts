import { idsOf } from './consent.js'
import { holding, isGoneForGood, newClaim, type ClientContext } from './context.js'
import { isForeseen, isOutcomeUnknown } from './failures.js'
import type { ClientMetadata } from './metadata.js'
import type { HeldRow, Owner } from './store.js'

interface NewClient { owner: Owner, metadata: ClientMetadata, limit: number }

/**
 * Makes a client: the row, the application, what it may ask for, its secret. Until the developer has
 * the secret nobody can use it, so a creation that ends half-way is undone, not finished.
 * @throws Problem `client_limit_reached`, LogtoError, MetadataError
 */
export async function createClient (context: ClientContext, { owner, metadata, limit }: NewClient) {
  const { store, applications, now } = context
  const scopeIds = idsOf(await applications.scopeIds(), metadata.scopes)
  const { claim, dueAt } = newClaim(context)
  const row = await store.insert({ owner, metadata, claim, dueAt, createdAt: new Date(now()) }, limit)
  return holding(context, row, async () => {
    const made: { clientId?: string } = {}
    try {
      const clientId = made.clientId = await applications.create(row)
      const noted = await store.update(row, { clientId })
      await applications.allow(clientId, scopeIds)
      const secret = metadata.authMethod === 'none' ? undefined : await applications.firstSecret(clientId)
      return { row: await store.settle(noted, { secretName: secret?.name ?? null }), secret: secret?.value }
    } catch (error) {
      if (isForeseen(error)) await undoAtOnce(context, row, made.clientId, error)
      throw error
    }
  })
}

/** Where it is known what there is to undo; else, and where that fails, the recovery does it later. */
async function undoAtOnce ({ store, applications }: ClientContext, row: HeldRow, clientId: string | undefined, error: unknown): Promise<void> {
  if (clientId === undefined && isOutcomeUnknown(error)) return
  try {
    if (clientId !== undefined) await applications.remove(clientId)
    await store.remove(row)
  } catch (later) {
    if (!isForeseen(later)) throw later
  }
}

/** The recovery of an abandoned creation. */
export async function undoCreation (context: ClientContext, row: HeldRow): Promise<void> {
  const { store, applications } = context
  const found = row.clientId === null ? await applications.findByRow(row.id) : [row.clientId]
  for (const clientId of found) await applications.remove(clientId)
  if (found.length > 0 || await isGoneForGood(context, row)) await store.remove(row)
}
