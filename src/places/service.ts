import { and, asc, eq, sql } from 'drizzle-orm'
import type { Queries } from '../db/index.js'
import { places } from '../db/schema.js'
import { Problem } from '../errors.js'

export interface PlaceInput { name: string, latitude: number, longitude: number }
export interface Place extends PlaceInput { id: string }

export type Places = ReturnType<typeof createPlaces>

/** Most places one user may keep; the whole list is one answer. */
export const MAX_PLACES = 200

const columns = { id: places.id, name: places.name, latitude: places.latitude, longitude: places.longitude }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * A user's saved places. Every call takes the owner (the token's `sub`) and only ever touches
 * rows of that owner: another's place does not exist. Does NOT check scopes or the form of input.
 */
export function createPlaces (db: Queries) {
  const ownedBy = (owner: string, id: string) => and(eq(places.owner, owner), eq(places.id, id))

  return {
    /** Oldest first. */
    list (owner: string): Promise<Place[]> {
      return db.select(columns).from(places).where(eq(places.owner, owner)).orderBy(asc(places.createdAt), asc(places.id))
    },

    /** @throws Problem `place_limit_reached` */
    create (owner: string, input: PlaceInput): Promise<Place> {
      return db.transaction(async tx => {
        // One at a time for one owner, on every replica: else two could both be the last that fits.
        await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${owner}, 0))`)
        const held = await tx.$count(places, eq(places.owner, owner))
        if (held >= MAX_PLACES) throw new Problem('place_limit_reached', `You already keep ${MAX_PLACES} places; delete one first.`)
        const [place] = await tx.insert(places).values({ owner, ...input }).returning(columns)
        return found(place)
      })
    },

    /** @throws Problem `place_not_found` */
    async update (owner: string, id: string, changes: Partial<PlaceInput>): Promise<Place> {
      const [place] = await db.update(places).set(changes).where(ownedBy(owner, knownForm(id))).returning(columns)
      return found(place)
    },

    /** @throws Problem `place_not_found` */
    async remove (owner: string, id: string): Promise<void> {
      const [place] = await db.delete(places).where(ownedBy(owner, knownForm(id))).returning(columns)
      found(place)
    }
  }
}

/** An id that is no UUID names no place; asking the database would be an error there. */
function knownForm (id: string): string {
  return found(UUID.test(id) ? id : undefined)
}

function found<T> (place: T | undefined): T {
  if (place === undefined) throw new Problem('place_not_found', 'You have no place with this id.')
  return place
}
