import t from 'tap'
import { PGlite } from '@electric-sql/pglite'
import { createAdapterFactory } from '../../src/dev/adapter.js'
import { createSqlStore } from '../../src/dev/store.js'
import { openTenant } from '../../src/dev/tenant/tenant.js'

const db = new PGlite()
t.teardown(async () => { await db.close() })
const query = (sql: string, params: unknown[]) => db.query<Record<string, unknown>>(sql, params)
const store = createSqlStore(query)

t.before(async () => { await store.prepare() })

/** The error that a promise is rejected with. */
const failure = async (promise: Promise<unknown>): Promise<unknown> => await promise.then(() => undefined, (error: unknown) => error)

async function count (): Promise<unknown> {
  const { rows } = await query('select count(*)::int as n from dev_authorization_server', [])
  return rows[0]?.n
}

await t.test('keeps, replaces and deletes records by model and id', async t => {
  await store.set('Session', '1', { uid: 'u1', nested: { list: [1, 'ä'] } }, 60)
  await store.set('Grant', '1', { accountId: 'a' })
  t.strictSame(await store.get('Session', '1'), { uid: 'u1', nested: { list: [1, 'ä'] } })
  t.strictSame(await store.get('Grant', '1'), { accountId: 'a' })
  await store.set('Session', '1', { uid: 'u2' }, 60)
  t.strictSame(await store.get('Session', '1'), { uid: 'u2' })
  t.equal(await store.findByUid('Session', 'u1'), undefined, 'the old uid finds nothing')
  t.strictSame(await store.findByUid('Session', 'u2'), { uid: 'u2' })
  await store.delete('Session', '1')
  t.equal(await store.get('Session', '1'), undefined)
  t.strictSame(await store.get('Grant', '1'), { accountId: 'a' }, 'the other model is untouched')
})

await t.test('finds by user code within the model', async t => {
  await store.set('DeviceCode', 'd', { userCode: 'AB-CD' }, 60)
  t.strictSame(await store.findByUserCode('DeviceCode', 'AB-CD'), { userCode: 'AB-CD' })
  t.equal(await store.findByUserCode('Session', 'AB-CD'), undefined)
})

await t.test('an expired record is absent, and purged with time', async t => {
  await store.set('AccessToken', 'old', { uid: 'gone', userCode: 'gone' }, -1)
  t.equal(await store.get('AccessToken', 'old'), undefined)
  t.equal(await store.findByUid('AccessToken', 'gone'), undefined)
  t.equal(await store.findByUserCode('AccessToken', 'gone'), undefined)
  const before = Number(await count())
  await createSqlStore(query).prepare()
  t.equal(await count(), before - 1, 'the expired row is gone, the others are there')
})

await t.test('preparing twice does no harm', async t => {
  await store.prepare()
  t.strictSame(await store.get('Grant', '1'), { accountId: 'a' })
})

await t.test('consume lets exactly one caller through', async t => {
  await store.set('AuthorizationCode', 'c', { kind: 'AuthorizationCode' }, 60)
  const results = await Promise.all(Array.from({ length: 8 }, () => store.consume('AuthorizationCode', 'c')))
  t.equal(results.filter(Boolean).length, 1)
  const consumed = (await store.get('AuthorizationCode', 'c'))?.consumed
  t.type(consumed, 'number')
  t.ok(Math.abs(Number(consumed) - Date.now() / 1000) < 60, 'seconds since the epoch')
  t.equal(await store.consume('AuthorizationCode', 'nothing'), false)
})

await t.test('revokeByGrantId takes the grant\'s records of one model', async t => {
  await store.set('RefreshToken', 'r1', { grantId: 'g1' }, 60)
  await store.set('RefreshToken', 'r2', { grantId: 'g2' }, 60)
  await store.set('AccessToken', 'a1', { grantId: 'g1' }, 60)
  await store.revokeByGrantId('RefreshToken', 'g1')
  t.equal(await store.get('RefreshToken', 'r1'), undefined)
  t.ok(await store.get('RefreshToken', 'r2'))
  t.ok(await store.get('AccessToken', 'a1'))
})

await t.test('a driver that hands jsonb over as text is understood', async t => {
  const textual = createSqlStore(async (sql, params) => {
    const { rows } = await query(sql, params)
    return { rows: rows.map(row => ({ ...row, payload: JSON.stringify(row.payload) })) }
  })
  t.strictSame(await textual.get('Grant', '1'), { accountId: 'a' })
})

await t.test('the adapter', async t => {
  const adapter = createAdapterFactory(store, await openTenant(store, () => {}))

  await t.test('lets the loser of a race for a code fail, and for a refresh token pass', async t => {
    const codes = adapter('AuthorizationCode')
    await codes.upsert('race', {}, 60)
    await codes.consume('race')
    t.match(await failure(codes.consume('race')), { error: 'invalid_grant' })
    const tokens = adapter('RefreshToken')
    await tokens.upsert('race', {}, 60)
    await tokens.consume('race')
    await t.resolves(tokens.consume('race'))
  })

  await t.test('hides that a refresh token was used for three seconds', async t => {
    const now = Math.floor(Date.now() / 1000)
    await store.set('RefreshToken', 'fresh', { consumed: now - 1 }, 60)
    await store.set('RefreshToken', 'stale', { consumed: now - 10 }, 60)
    await store.set('AuthorizationCode', 'fresh', { consumed: now - 1 }, 60)
    t.strictSame(await adapter('RefreshToken').find('fresh'), {})
    t.strictSame(await adapter('RefreshToken').find('stale'), { consumed: now - 10 })
    t.strictSame(await adapter('AuthorizationCode').find('fresh'), { consumed: now - 1 })
  })

  await t.test('refuses NUL as the request\'s fault', async t => {
    t.match(await failure(adapter('Interaction').upsert('nul', { params: { state: 'a\0b' } }, 60)),
      { error: 'invalid_request' })
  })

  await t.test('knows no further clients', async t => {
    t.match(await failure(adapter('Client').find('nobody')),
      { error: 'invalid_client', error_description: 'invalid client nobody', statusCode: 400 })
  })

  await t.test('finds, destroys and revokes through the store', async t => {
    const sessions = adapter('Session')
    await sessions.upsert('s', { uid: 'su' }, 60)
    t.strictSame(await sessions.findByUid('su'), { uid: 'su' })
    await sessions.destroy('s')
    t.equal(await sessions.find('s'), undefined)
    const codes = adapter('DeviceCode')
    await codes.upsert('dc', { userCode: 'UC', grantId: 'g9' }, 60)
    t.strictSame(await codes.findByUserCode('UC'), { userCode: 'UC', grantId: 'g9' })
    await codes.revokeByGrantId('g9')
    t.equal(await codes.find('dc'), undefined)
  })
})
