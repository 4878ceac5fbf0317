import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { StartError } from '../errors.js'
import { packageRoot } from '../root.js'
import * as schema from './schema.js'

export type Queries = PgDatabase<PgQueryResultHKT, typeof schema>
export type Rows = { rows: Record<string, unknown>[] }

/** PGlite or PostgreSQL behind one interface: the same SQL, the same migrations. */
export interface Database {
  queries: Queries
  /** Plain parametrised SQL, for parts that keep tables of their own. */
  query (sql: string, parameters: unknown[]): Promise<Rows>
  /** @throws when the database does not answer */
  ping (): Promise<void>
  close (): Promise<void>
}

const migrationsFolder = () => join(packageRoot(), 'src/db/migrations')
/** Any constant will do; it keeps two starting replicas from migrating at once. */
const MIGRATION_LOCK = 727_001

/**
 * Opens the database and brings its tables up to date. Each engine is loaded only when it is used.
 * @throws StartError when PostgreSQL does not let us in
 */
export async function openDatabase (options: { databaseUrl: string | undefined, dataDir: string }): Promise<Database> {
  return options.databaseUrl === undefined ? openPGlite(join(options.dataDir, 'database')) : openPostgres(options.databaseUrl)
}

async function openPGlite (folder: string): Promise<Database> {
  const [{ PGlite }, { drizzle }, { migrate }] = await Promise.all([
    import('@electric-sql/pglite'), import('drizzle-orm/pglite'), import('drizzle-orm/pglite/migrator')
  ])
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const client = await PGlite.create(folder)
  const queries = drizzle(client, { schema })
  await migrate(queries, { migrationsFolder: migrationsFolder() })
  return {
    queries,
    query: (sql, parameters) => client.query<Record<string, unknown>>(sql, parameters),
    ping: async () => { await client.query('select 1') },
    close: () => client.close()
  }
}

async function openPostgres (connectionString: string): Promise<Database> {
  const [{ default: pg }, { drizzle }, { migrate }] = await Promise.all([
    import('pg'), import('drizzle-orm/node-postgres'), import('drizzle-orm/node-postgres/migrator')
  ])
  const pool = new pg.Pool({ connectionString, connectionTimeoutMillis: 5_000 })
  // A lost idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const client = await pool.connect().catch(async (error: unknown) => {
    await pool.end()
    throw new StartError(`DATABASE_URL: expected a PostgreSQL server that lets us in, found: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  })
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migrate(drizzle(client, { schema }), { migrationsFolder: migrationsFolder() })
    await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK])
  } finally {
    client.release()
  }
  return {
    queries: drizzle(pool, { schema }),
    query: (sql, parameters) => pool.query<Record<string, unknown>>(sql, parameters),
    ping: async () => { await pool.query('select 1') },
    close: () => pool.end()
  }
}
