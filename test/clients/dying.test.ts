import t from 'tap'
import { agent, outcomeOf, startWorld } from './world.js'
import { mortalRunner, operations } from './mortal.js'

// A process may die between any two steps of any operation. Wherever it was, another process finishes or
// undoes it: our rows and Logto agree, and nothing is under way.

const world = await startWorld(t)
const run = mortalRunner(world)
const wanted = { name: 'Snow Today', redirectUris: ['http://localhost/'] }

/** How many clients an owner of one has after an operation that was begun, that was finished. */
const clientsAfter = (name: string) => name.startsWith('create') ? { begun: 1, finished: 2 } : name === 'remove' ? { begun: 0, finished: 0 } : { begun: 1, finished: 1 }

for (const [name, operate] of Object.entries(operations)) {
  await t.test(`${name}: dying after each step`, async t => {
    let died = true
    for (let last = 0; died; last += 1) {
      const owner = `${name} ${last}`
      const { client_id: id } = await world.clients.create(owner, agent)
      died = await run(last, ({ clients }) => operate(clients, owner, id))
      if (name === 'remove' && last > 0) t.strictSame(await world.clients.list(owner), [], 'once begun, it is gone for its developer')
      await world.recover()
      t.strictSame(await world.disagreements(), [], `${name}: ${died ? `dead after ${last} calls` : 'not dead'}, recovered`)
      const { begun, finished } = clientsAfter(name)
      t.equal((await world.clients.list(owner)).length, last === 0 ? 1 : died ? begun : finished)
      if (name === 'change' && !died) t.match(await world.rows(owner), [{ metadata: wanted }])
      if (last > 30) throw new Error('no end')
    }
    for (const row of await world.rows()) await world.clients.remove(row.owner ?? '', row.clientId ?? '')
  })
}

await t.test('what is left of a dead creation counts until it is undone, and not after', async t => {
  const { clients } = world.start({ limit: 1 })
  for (let last = 1, died = true; died; last += 1) {
    const owner = `limited ${last}`
    died = await run(last, ({ clients }) => clients.create(owner, agent))
    if (last > 1) t.equal(await outcomeOf(clients.create(owner, agent)), 'client_limit_reached', 'there may be an application')
    await world.recover()
    t.equal(await outcomeOf(clients.create(owner, agent)), died ? 'done' : 'client_limit_reached')
  }
})
