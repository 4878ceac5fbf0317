import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { openDatabase } from '../../src/db/index.js'
import { createSqlStore } from '../../src/dev/index.js'
import { createPlaces, MAX_PLACES } from '../../src/places/service.js'
import { runServer, temporaryFolder } from '../start/process.js'
import { startCluster } from './cluster.js'

const databaseUrl = startCluster(t, await freePort())
const open = () => openDatabase({ databaseUrl, dataDir: '/nowhere' })

void t.test('replicas that start at once migrate once, and share what is stored', async t => {
  const [one, two, three] = await Promise.all([open(), open(), open()])
  t.teardown(() => Promise.all([one.close(), two.close(), three.close()]))
  const home = await createPlaces(one.queries).create('alice', { name: 'Home', latitude: 47.6, longitude: -122.3 })
  t.same(await createPlaces(two.queries).list('alice'), [home], 'another replica sees the place')
  t.same(await createPlaces(three.queries).list('bob'), [], 'another user does not')
  await t.rejects(createPlaces(two.queries).remove('bob', home.id), { code: 'place_not_found' }, 'and can\'t delete it')
  await t.resolves(one.ping(), 'ping answers')
})

void t.test('places saved at the same moment through two replicas do not exceed the limit', async t => {
  const [one, two] = await Promise.all([open(), open()])
  t.teardown(() => Promise.all([one.close(), two.close()]))
  const [first, second] = [createPlaces(one.queries), createPlaces(two.queries)]
  const tries = Array.from({ length: MAX_PLACES + 20 }, (_value, index) =>
    (index % 2 === 0 ? first : second).create('carol', { name: `Place ${index}`, latitude: 0, longitude: 0 }).then(() => 'saved', (error: { code: string }) => error.code))
  const outcomes = await Promise.all(tries)
  t.equal(outcomes.filter(outcome => outcome === 'saved').length, MAX_PLACES, 'exactly as many as allowed are saved')
  t.equal(outcomes.filter(outcome => outcome === 'place_limit_reached').length, 20, 'the others are told why not')
})

void t.test('the authorization server\'s store works on PostgreSQL, too', async t => {
  const database = await open()
  t.teardown(() => database.close())
  const store = createSqlStore(database.query)
  await store.prepare()
  await store.set('AuthorizationCode', 'one', { grantId: 'g' }, 60)
  const taken = await Promise.all(Array.from({ length: 5 }, () => store.consume('AuthorizationCode', 'one')))
  t.equal(taken.filter(Boolean).length, 1, 'a code is consumed by exactly one of five')
  await store.revokeByGrantId('AuthorizationCode', 'g')
  t.equal(await store.get('AuthorizationCode', 'one'), undefined, 'revoked with its grant')
})

void t.test('the service runs on PostgreSQL, with DATABASE_URL as the only change', { timeout: 60_000 }, async t => {
  const port = await freePort()
  const server = runServer(t, {
    PORT: String(port), AS_PORT: String(await freePort()), DATA_DIR: temporaryFolder(t), DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent'
  })
  const ready = await server.answers(`http://localhost:${port}/health/ready`)
  t.same(await ready.json(), { status: 'ok', checks: { database: 'ok', keys: 'ok' } }, 'ready, with the embedded authorization server on it')
  server.kill('SIGTERM')
  t.match(await server.exited, { code: 0 }, 'ends cleanly')
})
