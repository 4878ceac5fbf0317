import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { createRegistration } from '../../src/clients/index.js'
import { openDatabase } from '../../src/db/index.js'
import { agent, outcomeOf, silent, withSteps } from '../clients/world.js'
import { startTenant, tenantApiResource } from '../kit/tenant.js'
import { startCluster } from './cluster.js'

// Registration on several replicas that share one PostgreSQL: the limit holds across them, and the
// recovery's work is shared out.

const databaseUrl = startCluster(t, await freePort())
const tenant = await startTenant(t)
const open = () => openDatabase({ databaseUrl, dataDir: '/nowhere' })
const [one, two] = await Promise.all([open(), open()])
t.teardown(() => Promise.all([one.close(), two.close()]))
let time = Date.now()
const start = (database: typeof one, management = tenant.management) =>
  createRegistration({ db: database.queries, management, resources: [tenantApiResource], reservedNames: [], ownOrigin: 'https://api.example.test', limit: 3, now: () => time })

await t.test('clients registered at the same moment through two replicas do not exceed the limit', async t => {
  const replicas = [start(one).clients, start(two).clients]
  const outcomes = await Promise.all(Array.from({ length: 12 }, (_value, index) => outcomeOf(replicas[index % 2]?.create('alice', agent) ?? Promise.reject(new Error('no replica')))))
  t.strictSame(outcomes.sort(), [...Array<string>(9).fill('client_limit_reached'), ...Array<string>(3).fill('done')])
})

await t.test('each abandoned row is put in order by one of four', async t => {
  const dead = withSteps(tenant.management, () => Promise.reject(new Error('the process is dead')))
  for (let number = 0; number < 20; number += 1) {
    const { client_id: id } = await start(one).clients.create(`owner ${number}`, agent)
    await outcomeOf(start(one, dead).clients.remove(`owner ${number}`, id))
  }
  time += 120_000
  const requests: string[] = []
  const counting = withSteps(tenant.management, (step, call) => { requests.push(step); return call() })
  await Promise.all([one, two, one, two].map(database => start(database, counting).recovery.pass(silent)))
  t.strictSame(requests, Array(20).fill('delete the application of a client'))
})
