import { doublePrecision, index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** A user's saved places. `owner` is the token's `sub`; no query leaves it out. */
export const places = pgTable('places', {
  id: uuid('id').primaryKey().defaultRandom(),
  owner: text('owner').notNull(),
  name: text('name').notNull(),
  latitude: doublePrecision('latitude').notNull(),
  longitude: doublePrecision('longitude').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow()
}, table => [index('places_owner').on(table.owner, table.createdAt)])
