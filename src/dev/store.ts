/** What oidc-provider hands over to be kept; the store looks at no more than it needs to find it. */
export type Payload = Record<string, unknown>

/**
 * What the embedded server's sessions, grants, codes and tokens are kept in. `model` is
 * oidc-provider's name of the kind of thing. A record that has expired is as good as absent.
 */
export interface KeyValueStore {
  /** Called once before the first use. */
  prepare (): Promise<void>
  get (model: string, id: string): Promise<Payload | undefined>
  set (model: string, id: string, payload: Payload, ttlSeconds?: number): Promise<void>
  delete (model: string, id: string): Promise<void>
  /** Marks the record as used, with the time in `consumed`. Atomic: true for exactly one caller. */
  consume (model: string, id: string): Promise<boolean>
  findByUid (model: string, uid: string): Promise<Payload | undefined>
  findByUserCode (model: string, userCode: string): Promise<Payload | undefined>
  revokeByGrantId (model: string, grantId: string): Promise<void>
}

/** Runs one parametrised statement; both PGlite and node-postgres have it as a method. */
export type Query = (sql: string, params: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>

const purgeInterval = 10 * 60_000

const schema = [
  `create table if not exists dev_authorization_server (
    model text not null,
    id text not null,
    payload jsonb not null,
    grant_id text,
    uid text,
    user_code text,
    expires_at timestamptz,
    primary key (model, id)
  )`,
  `create index if not exists dev_authorization_server_grant
    on dev_authorization_server (grant_id) where grant_id is not null`,
  `create index if not exists dev_authorization_server_uid
    on dev_authorization_server (uid) where uid is not null`
]

const alive = '(expires_at is null or expires_at > now())'

const upsert = `insert into dev_authorization_server
    (model, id, payload, grant_id, uid, user_code, expires_at)
  values ($1, $2, $3::jsonb, $4, $5, $6, now() + $7::double precision * interval '1 second')
  on conflict (model, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
    uid = excluded.uid, user_code = excluded.user_code, expires_at = excluded.expires_at`

const markConsumed = `update dev_authorization_server
  set payload = payload || jsonb_build_object('consumed', floor(extract(epoch from now()))::bigint)
  where model = $1 and id = $2 and payload->'consumed' is null
  returning id`

function toPayload (row: Record<string, unknown> | undefined): Payload | undefined {
  const value: unknown = typeof row?.payload === 'string' ? JSON.parse(row.payload) : row?.payload
  return typeof value === 'object' && value !== null ? { ...value } : undefined
}

const text = (value: unknown): string | null => typeof value === 'string' ? value : null

/**
 * A store in one table of the service's own database. Works on PGlite and PostgreSQL alike. It makes
 * its table itself, because a production database shall have no trace of the embedded server.
 */
export function createSqlStore (query: Query): KeyValueStore {
  let purgedAt = 0

  async function purge (): Promise<void> {
    if (Date.now() - purgedAt < purgeInterval) return
    purgedAt = Date.now()
    await query('delete from dev_authorization_server where expires_at <= now()', [])
  }

  async function findBy (column: 'id' | 'uid' | 'user_code', model: string, value: string) {
    const { rows } = await query(
      `select payload from dev_authorization_server where model = $1 and ${column} = $2 and ${alive}`,
      [model, value])
    return toPayload(rows[0])
  }

  return {
    async prepare () {
      for (const statement of schema) await query(statement, [])
      await purge()
    },
    get: (model, id) => findBy('id', model, id),
    async set (model, id, payload, ttlSeconds) {
      const { grantId, uid, userCode } = payload
      await query(upsert, [model, id, JSON.stringify(payload),
        text(grantId), text(uid), text(userCode), ttlSeconds ?? null])
      await purge()
    },
    async delete (model, id) {
      await query('delete from dev_authorization_server where model = $1 and id = $2', [model, id])
    },
    async consume (model, id) {
      const { rows } = await query(markConsumed, [model, id])
      return rows.length === 1
    },
    findByUid: (model, uid) => findBy('uid', model, uid),
    findByUserCode: (model, userCode) => findBy('user_code', model, userCode),
    async revokeByGrantId (model, grantId) {
      await query('delete from dev_authorization_server where model = $1 and grant_id = $2',
        [model, grantId])
    }
  }
}
