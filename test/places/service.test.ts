import t from 'tap'
import { openDatabase } from '../../src/db/index.js'
import { createPlaces, MAX_PLACES } from '../../src/places/service.js'

// The service alone on a real PGlite: rows outlive the process, and no call crosses owners.

const dataDir = t.testdir()
const home = { name: 'Home', latitude: 47.6, longitude: -122.3 }

await t.test('places survive a restart on the same folder', async t => {
  const first = await openDatabase({ databaseUrl: undefined, dataDir })
  const before = createPlaces(first.queries)
  const place = await before.create('alice', home)
  await before.create('bob', { ...home, name: 'Bob\'s' })
  await first.close()

  const second = await openDatabase({ databaseUrl: undefined, dataDir })
  t.teardown(() => second.close())
  await second.ping()
  const after = createPlaces(second.queries)
  t.strictSame(await after.list('alice'), [place], 'the migration did not run a second time')
  t.strictSame((await after.list('bob')).map(one => one.name), ['Bob\'s'])

  await t.rejects(after.update('bob', place.id, { name: 'x' }), { code: 'place_not_found' })
  await t.rejects(after.remove('bob', place.id), { code: 'place_not_found' })
  await t.rejects(after.remove('alice', `${place.id}x`), { code: 'place_not_found' })
  t.strictSame(await after.update('alice', place.id.toUpperCase(), { latitude: -1 }), { ...place, latitude: -1 }, 'a UUID in capitals is the same')
  await after.remove('alice', place.id)
  t.strictSame(await after.list('alice'), [])
  t.equal(MAX_PLACES, 200)
})

await t.test('a closed database is an error, not an empty list', async t => {
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  await database.close()
  await t.rejects(createPlaces(database.queries).list('alice'))
  await t.rejects(database.ping())
})
