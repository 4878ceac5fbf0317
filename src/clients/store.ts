import { and, asc, eq, isNull, lte, ne, notInArray, sql } from 'drizzle-orm'
import type { Queries } from '../db/index.js'
import { clients, type ClientState } from '../db/schema.js'
import { Problem } from '../errors.js'
import type { ClientMetadata } from './metadata.js'

export type ClientRow = typeof clients.$inferSelect
/** A row that is being worked on; `claim` says by whom. */
export type HeldRow = ClientRow & { claim: string }
export type ClientStore = ReturnType<typeof createClientStore>

/** `null`: clients that were registered without a person. */
export type Owner = string | null
type Changes = Partial<Omit<ClientRow, 'id' | 'owner' | 'createdAt'>>
interface NewRow { owner: Owner, metadata: ClientMetadata, claim: string, dueAt: Date, createdAt: Date }

/** What an owner does not see: clients that are not there yet, or not any more. */
const HIDDEN: ClientState[] = ['creating', 'deleting']
/** Logto's ids, and anything else that could be one; the rest, a NUL above all, is no matter for the database. */
const ID = /^[\x21-\x7e]{1,128}$/

/**
 * The rows of registered clients, one short statement or transaction a call. Whoever works on a row
 * holds a claim; a call with another claim than the row's changes nothing.
 */
export function createClientStore (db: Queries) {
  const ownedBy = (owner: Owner) => owner === null ? isNull(clients.owner) : eq(clients.owner, owner)
  const held = (row: HeldRow) => and(eq(clients.id, row.id), eq(clients.claim, row.claim))

  async function update (row: HeldRow, changes: Changes): Promise<HeldRow> {
    const [changed] = await db.update(clients).set(changes).where(held(row)).returning()
    if (changed === undefined) throw overtaken()
    return changed as HeldRow
  }

  return {
    /** Oldest first. */
    list (owner: string): Promise<ClientRow[]> {
      return db.select().from(clients).where(and(eq(clients.owner, owner), notInArray(clients.state, HIDDEN))).orderBy(asc(clients.createdAt), asc(clients.id))
    },

    /** @throws Problem `client_not_found` */
    async find (owner: string, clientId: string): Promise<ClientRow> {
      const [row] = await db.select().from(clients).where(and(eq(clients.owner, owner), eq(clients.clientId, knownForm(clientId)), notInArray(clients.state, HIDDEN)))
      return found(row)
    },

    /** The intention to create a client. @throws Problem `client_limit_reached` */
    insert ({ owner, ...row }: NewRow, limit: number): Promise<HeldRow> {
      return db.transaction(async tx => {
        // One at a time for one owner, on every replica: else two could both be the last that fits.
        await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`clients ${owner ?? ''}`}, 0))`)
        // Whatever its state: as long as there is a row there may be an application at Logto.
        if (await tx.$count(clients, ownedBy(owner)) >= limit) throw limitReached(owner, limit)
        const [created] = await tx.insert(clients).values({ ...row, owner, state: 'creating', updatedAt: row.createdAt }).returning()
        return created as HeldRow
      })
    },

    /**
     * The intention to do something with a client: `decide` looks at the row while nobody else can,
     * and says what is written, a new claim among it.
     * @throws Problem `client_not_found`, and what `decide` throws
     */
    begin (owner: string, clientId: string, decide: (row: ClientRow) => Changes & { claim: string }): Promise<HeldRow> {
      return db.transaction(async tx => {
        const [row] = await tx.select().from(clients).where(and(eq(clients.owner, owner), eq(clients.clientId, knownForm(clientId)), ne(clients.state, 'creating'))).for('update')
        const current = found(row)
        const [begun] = await tx.update(clients).set(decide(current)).where(eq(clients.id, current.id)).returning()
        return begun as HeldRow
      })
    },

    /** One step of an operation. @throws Problem when another has taken it over */
    update,

    /** The end of an operation: the client is as `changes` leave it, and what is left to do is to retire its old secret. */
    settle (row: HeldRow, changes: Changes): Promise<HeldRow> {
      const retireAt = changes.retireAt === undefined ? row.retireAt : changes.retireAt
      return update(row, { ...changes, state: 'active', dueAt: retireAt, missingAt: null, attempts: 0 })
    },

    /** Left for later; not an error where another has taken it over meanwhile. */
    async postpone (row: HeldRow, changes: { attempts: number, dueAt: Date }): Promise<void> {
      await db.update(clients).set(changes).where(held(row))
    },

    /** A sign of life. */
    async renew (row: HeldRow, dueAt: Date): Promise<void> {
      await db.update(clients).set({ dueAt }).where(and(held(row), ne(clients.state, 'active')))
    },

    /** The row goes; where another has taken it over, it stays. */
    async remove (row: HeldRow): Promise<void> {
      await db.delete(clients).where(held(row))
    },

    /** The row that has waited longest for the recovery, if one is due; others that look get other rows. */
    claimDue (at: Date, claim: { claim: string, dueAt: Date }): Promise<HeldRow | undefined> {
      return db.transaction(async tx => {
        const [row] = await tx.select().from(clients).where(lte(clients.dueAt, at)).orderBy(asc(clients.dueAt)).limit(1).for('update', { skipLocked: true })
        if (row === undefined) return undefined
        const [claimed] = await tx.update(clients).set(claim).where(eq(clients.id, row.id)).returning()
        return claimed as HeldRow
      })
    }
  }
}

function knownForm (id: string): string {
  return found(ID.test(id) ? id : undefined)
}

function found<T> (client: T | undefined): T {
  if (client === undefined) throw new Problem('client_not_found', 'You have no client with this id.')
  return client
}

function limitReached (owner: Owner, limit: number): Problem {
  return new Problem('client_limit_reached', owner === null
    ? `This service takes ${limit} clients that register by themselves, and has them.`
    : `You already have ${limit} clients, or some that are still being created or deleted; delete one first.`)
}

function overtaken (): Problem {
  return new Problem('registration_unavailable', 'This took too long and is being put in order; look at your clients in some minutes.', { retryAfter: 120 })
}
