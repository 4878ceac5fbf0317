import { doublePrecision, index, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { ClientMetadata } from '../clients/metadata.js'

/** A user's saved places. `owner` is the token's `sub`; no query leaves it out. */
export const places = pgTable('places', {
  id: uuid('id').primaryKey().defaultRandom(),
  owner: text('owner').notNull(),
  name: text('name').notNull(),
  latitude: doublePrecision('latitude').notNull(),
  longitude: doublePrecision('longitude').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow()
}, table => [index('places_owner').on(table.owner, table.createdAt)])

/** What is under way at Logto; `active`: nothing. */
export type ClientState = 'creating' | 'active' | 'changing' | 'rotating' | 'deleting'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/**
 * Registered clients, and the outbox of what is being done about them at Logto: an operation is
 * written here before Logto is asked, so that another process can finish or undo it.
 */
export const clients = pgTable('clients', {
  id: uuid('id').primaryKey().defaultRandom(),
  /** The token's `sub`; null: registered without a person. */
  owner: text('owner'),
  /** Logto's id of the application; null until it is known. */
  clientId: text('client_id').unique(),
  /** What is in force. */
  metadata: jsonb('metadata').$type<ClientMetadata>().notNull(),
  state: text('state').$type<ClientState>().notNull(),
  /** `changing`: what it should become. */
  wanted: jsonb('wanted').$type<ClientMetadata>(),
  /** Logto's name of the secret in use; null: the client has none. Never the secret itself. */
  secretName: text('secret_name'),
  /** `rotating`: the name of the secret that takes its place. */
  nextSecretName: text('next_secret_name'),
  /** The secret before it, which works until `retireAt`. */
  oldSecretName: text('old_secret_name'),
  retireAt: moment('retire_at'),
  /** Who does the operation: whoever holds another claim has been overtaken and changes nothing. */
  claim: uuid('claim'),
  /** From when the recovery looks at it; null: there is nothing to do. */
  dueAt: moment('due_at'),
  /** When something that may still appear at Logto was looked for in vain. */
  missingAt: moment('missing_at'),
  /** How often the recovery has failed. */
  attempts: integer('attempts').notNull().default(0),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull()
}, table => [index('clients_owner').on(table.owner, table.createdAt), index('clients_due').on(table.dueAt)])
