import t from 'tap'
import { agent, outcomeOf, startWorld } from './world.js'
import { Killed, mortalParts, operations } from './mortal.js'

// A process may die between any two steps of any operation, and so may the one that recovers. However
// it went, another process finishes or undoes it: our rows and Logto agree, and nothing is under way.

const world = await startWorld(t)
const { database: { queries }, management } = world
const wanted = { name: 'Snow Today', redirectUris: ['http://localhost/'] }

/** How many clients an owner of one has after an operation that was begun, that was finished. */
const clientsAfter = (name: string) => name.startsWith('create') ? { begun: 1, finished: 2 } : name === 'remove' ? { begun: 0, finished: 0 } : { begun: 1, finished: 1 }

/** @returns whether it died */
async function runMortal (last: number, run: (registration: typeof world) => Promise<unknown>): Promise<boolean> {
  const registration = world.start(mortalParts(queries, management, last))
  try {
    await run({ ...world, ...registration })
    return false
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    return true
  }
}

for (const [name, operate] of Object.entries(operations)) {
  await t.test(`${name}: dying after each step`, async t => {
    let died = true
    for (let last = 0; died; last += 1) {
      const owner = `${name} ${last}`
      const { client_id: id } = await world.clients.create(owner, agent)
      died = await runMortal(last, ({ clients }) => operate(clients, owner, id))
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

await t.test('the recovery dying after each of its steps, after an operation that died after each of its own', async t => {
  let combinations = 0
  // The others go the same ways as these.
  for (const name of ['create', 'change', 'rotate twice', 'rotate without overlap', 'remove'] as const) {
    const operate = operations[name]
    for (let last = 1, died = true; died; last += 1) {
      for (let steps = 0, recovererDied = true; recovererDied; steps += 1) {
        const owner = `${name} ${last} ${steps}`
        const { client_id: id } = await world.clients.create(owner, agent)
        died = await runMortal(last, ({ clients }) => operate(clients, owner, id))
        recovererDied = await runMortal(steps, ({ recovery }) => world.recover(recovery))
        await world.recover()
        const left = await world.disagreements()
        if (left.length > 0) t.fail(`${name} dead after ${last}, its recovery after ${steps}: ${left.join('; ')}`)
        for (const row of await world.rows()) await world.clients.remove(row.owner ?? '', row.clientId ?? '')
        combinations += 1
      }
    }
  }
  t.ok(combinations > 100, `${combinations} combinations`)
})

await t.test('what is left of a dead creation counts until it is undone, and not after', async t => {
  const { clients } = world.start({ limit: 1 })
  for (let last = 1, died = true; died; last += 1) {
    const owner = `limited ${last}`
    died = await runMortal(last, ({ clients }) => clients.create(owner, agent))
    if (last > 1) t.equal(await outcomeOf(clients.create(owner, agent)), 'client_limit_reached', 'there may be an application')
    await world.recover()
    t.equal(await outcomeOf(clients.create(owner, agent)), died ? 'done' : 'client_limit_reached')
  }
})
