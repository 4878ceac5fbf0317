import t from 'tap'
import { createRegistration } from '../../src/clients/index.js'
import { clients as table } from '../../src/db/schema.js'
import { openDatabase } from '../../src/db/index.js'
import { startTenant, tenantApiResource } from '../kit/tenant.js'
import { runScript } from '../start/process.js'
import type { MortalTask } from './mortal.js'
import { agent, disagreementsOf, silent } from './world.js'

// Real processes with a real database folder, killed by SIGKILL in the middle of their operations; one
// process that starts later puts everything in order. Every step is tried in dying.test.ts.

const tenant = await startTenant(t)
const dataDir = t.testdir()
const { data } = tenant.tenant
const parts = { management: tenant.management, resources: [tenantApiResource], reservedNames: [], ownOrigin: 'https://api.example.test' }

/** Which call each process does not live to make; the comments say what has been done by then. */
const deaths: Array<[operation: MortalTask['operation'], last: number]> = [
  ['create', 2], // the row
  ['create', 3], // and the application, which only Logto knows
  ['create', 6], // and all but the last step
  ['change', 4], // the intention, and the first half at Logto
  ['rotate', 2], // the new secret, which nobody was told
  ['remove', 2] // the application is gone
]

/** A process that starts: the folder opened anew. */
async function open () {
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  let ahead = 0
  const { clients, recovery } = createRegistration({ db: database.queries, ...parts, now: () => Date.now() + ahead })
  return { database, clients, recovery, later: (milliseconds: number) => { ahead += milliseconds } }
}

await t.test('killed in the middle, put in order by the next process', { timeout: 120_000 }, async t => {
  const first = await open()
  const ids: string[] = []
  for (const [index] of deaths.entries()) ids.push((await first.clients.create(`owner ${index}`, agent)).client_id)
  await first.database.close()

  for (const [index, [operation, last]] of deaths.entries()) {
    const task: MortalTask = { dataDir, credentials: tenant.credentials, operation, last, owner: `owner ${index}`, clientId: ids[index] ?? '' }
    const { exited, output } = runScript(t, 'test/clients/killed-program.ts', { TASK: JSON.stringify(task) })
    t.strictSame(await exited, { code: null, signal: 'SIGKILL' }, `${operation}, after ${last} calls ${output.err}`)
  }

  const { database, clients, recovery, later } = await open()
  t.teardown(() => database.close())
  const states = (await database.queries.select().from(table)).map(({ state }) => state)
  t.strictSame(states.filter(state => state !== 'active').sort(), ['changing', 'creating', 'creating', 'creating', 'deleting', 'rotating'], 'what was intended outlived the processes')
  const registered = () => Object.values(data.applications).filter(({ customData }) => 'scopegateClient' in customData)
  t.equal(registered().length, 7, 'an application that only Logto knows, one that is noted, and one that is gone')

  for (let pass = 0; pass < 3; pass += 1) {
    later(120_000)
    await recovery.pass(silent)
  }
  const rows = await database.queries.select().from(table)
  t.strictSame(rows.flatMap(row => disagreementsOf(row, data)), [], 'rows and applications agree')
  t.strictSame(registered().map(({ id }) => id).sort(), rows.map(({ clientId }) => clientId).sort(), 'no application that nobody owns')
  t.strictSame(rows.map(({ clientId }) => clientId).sort(), ids.slice(0, 5).sort(), 'no client lost, none double')
  t.equal((await clients.get('owner 3', ids[3] ?? '')).client_name, 'Snow Today', 'the change is done')
})
