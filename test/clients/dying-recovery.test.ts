import t from 'tap'
import { agent, startWorld } from './world.js'
import { mortalRunner, operations } from './mortal.js'

// The process that recovers may die, too, after any of its steps. The next one finishes what both left.

const world = await startWorld(t)
const run = mortalRunner(world)

await t.test('the recovery dying after each of its steps, after an operation that died after each of its own', async t => {
  let combinations = 0
  // The others go the same ways as these.
  for (const name of ['create', 'change', 'rotate twice', 'rotate without overlap', 'remove'] as const) {
    const operate = operations[name]
    for (let last = 1, died = true; died; last += 1) {
      for (let steps = 0, recovererDied = true; recovererDied; steps += 1) {
        const owner = `${name} ${last} ${steps}`
        const { client_id: id } = await world.clients.create(owner, agent)
        died = await run(last, ({ clients }) => operate(clients, owner, id))
        recovererDied = await run(steps, ({ recovery }) => world.recover(recovery))
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
