import t from 'tap'
import { holding, type ClientContext } from '../../src/clients/context.js'
import type { HeldRow } from '../../src/clients/store.js'
import { LogtoError } from '../../src/logto/error.js'
import { agent, gate, MINUTE, outcomeOf, silent, startWorld, withSteps } from './world.js'

// The recovery: it leaves alone what is under way, shares its work with other replicas, waits for what
// may still arrive, and does not give up on a Logto that is down.

const world = await startWorld(t)
const { management, clients, recovery } = world
const lost = (step: string) => new LogtoError({ failure: 'unreachable', step, reason: 'No answer.' })
const down = withSteps(management, step => Promise.reject(lost(step)))

/** A Logto to which the requests of one kind come late: when they are let go. */
function late (prefix: string) {
  let arrive = async (): Promise<unknown> => { throw new Error('nothing was sent') }
  const slow = withSteps(management, (step, call) => {
    if (!step.startsWith(prefix)) return call()
    arrive = call
    return Promise.reject(lost(step))
  })
  return { management: slow, arrive: () => arrive() }
}

await t.test('an application that appears only after the first look is found, too', async t => {
  const { management, arrive } = late('create an application')
  t.equal(await outcomeOf(world.start({ management }).clients.create('alice', agent)), 'registration_unavailable')
  await recovery.pass(silent)
  t.match(await world.rows(), [{ state: 'creating', missingAt: null }], 'it is not touched as long as it may be under way')
  world.later(MINUTE + 1)
  await recovery.pass(silent)
  t.match(await world.rows(), [{ state: 'creating', missingAt: new Date(world.now()) }], 'not there, but it may come')
  await arrive()
  t.equal(world.applications().length, 1)
  world.later(MINUTE - 1)
  await recovery.pass(silent)
  t.equal(world.applications().length, 1, 'the second look is a minute after the first')
  world.later(1)
  await recovery.pass(silent)
  t.strictSame([world.applications(), await world.rows()], [[], []])
})

await t.test('an application that does not appear is given up after the second look, not before', async t => {
  const { management } = late('create an application')
  await outcomeOf(world.start({ management }).clients.create('alice', agent))
  for (const left of [1, 0]) {
    world.later(MINUTE + 1)
    await recovery.pass(silent)
    t.equal((await world.rows()).length, left)
  }
})

await t.test('it is found among more applications than one page has', async t => {
  const { data } = world.tenant.tenant
  const { management, arrive } = late('create an application')
  await outcomeOf(world.start({ management }).clients.create('alice', agent))
  await arrive()
  const [made] = world.applications()
  for (let number = 0; number < 230; number += 1) Object.assign(data.applications, { [`other-${number}`]: { ...made, id: `other-${number}`, customData: { scopegateClient: number % 2 === 0 ? null : { id: `x${number}` } } } })
  const asked: string[] = []
  world.later(2 * MINUTE)
  await world.start({ management: withSteps(world.management, (step, call) => { asked.push(step); return call() }) }).recovery.pass(silent)
  t.equal(asked.filter(step => step.startsWith('look for')).length, 3)
  t.equal(data.applications[made?.id ?? ''], undefined)
  t.strictSame(await world.rows(), [])
  for (let number = 0; number < 230; number += 1) Reflect.deleteProperty(data.applications, `other-${number}`)
})

await t.test('a secret that arrives late is found, too; the one in use stays', async t => {
  const { client_id: id } = await clients.create('alice', agent)
  const { management, arrive } = late('add a secret')
  t.equal(await outcomeOf(world.start({ management }).clients.rotate('alice', id, 60)), 'registration_unavailable')
  world.later(MINUTE + 1)
  await recovery.pass(silent)
  t.match(await world.rows(), [{ state: 'rotating' }])
  await arrive()
  t.equal(world.application(id).secrets.length, 2)
  world.later(MINUTE)
  await recovery.pass(silent)
  t.strictSame(world.application(id).secrets.map(({ name }) => name), ['Default secret'])
  t.strictSame(await world.disagreements(), [])
  await clients.remove('alice', id)
})

await t.test('a creation that was taken for abandoned, but was only slow, leaves nothing behind', async t => {
  const { reached, hold, goOn } = gate()
  const slow = withSteps(management, async (step, call) => {
    if (step.startsWith('create an application')) await hold()
    return call()
  })
  const creation = outcomeOf(world.start({ management: slow }).clients.create('alice', agent))
  await reached
  await world.recover()
  t.strictSame(await world.rows(), [], 'given up')
  goOn()
  t.equal(await creation, 'registration_unavailable')
  t.strictSame(world.applications(), [], 'and what it made after all is gone')
})

await t.test('a change that was taken over writes nothing any more', async t => {
  const { client_id: id } = await clients.create('alice', agent)
  const { reached, hold, goOn } = gate()
  const slow = withSteps(management, async (step, call) => {
    if (step.startsWith('read what a client')) await hold()
    return call()
  })
  const change = outcomeOf(world.start({ management: slow }).clients.change('alice', id, { client_name: 'Snow Today' }))
  await reached
  await world.recover()
  t.match(await world.rows(), [{ state: 'active', metadata: { name: 'Snow Today' } }], 'the recovery has finished it')
  await clients.change('alice', id, { client_name: 'Fog Today' })
  goOn()
  t.equal(await change, 'registration_unavailable')
  t.equal((await clients.get('alice', id)).client_name, 'Fog Today')
  t.strictSame(await world.disagreements(), [])
  await clients.remove('alice', id)
})

await t.test('what can\'t be undone or ended at once is left to the recovery', async t => {
  const stubborn = withSteps(management, (step, call) => /^(let a client|delete)/.test(step) ? Promise.reject(lost(step)) : call())
  const { clients: cut } = world.start({ management: stubborn })
  t.equal(await outcomeOf(cut.create('alice', agent)), 'registration_unavailable')
  t.match(await world.rows(), [{ state: 'creating', clientId: world.applications()[0]?.id }], 'the application is known')
  await world.recover()
  t.strictSame([world.applications(), await world.rows()], [[], []])

  const { client_id: id } = await clients.create('alice', agent)
  const rotated = await cut.rotate('alice', id, 0)
  t.equal(world.application(id).secrets.length, 2)
  t.equal(rotated.previous_secret_expires_at, Math.floor(world.now() / 1000), 'the new secret is told all the same')
  await recovery.pass(silent)
  t.strictSame(world.application(id).secrets.map(({ value }) => value), [rotated.client_secret])
  t.strictSame(await world.disagreements(), [])
  await clients.remove('alice', id)
})

await t.test('two replicas: each row is put in order once', async t => {
  const ids: string[] = []
  for (let number = 0; number < 5; number += 1) ids.push((await clients.create('bob', agent)).client_id)
  for (const id of ids) await outcomeOf(world.start({ management: down }).clients.remove('bob', id))
  world.later(MINUTE + 1)
  const deletions: string[] = []
  const counting = withSteps(management, (step, call) => { deletions.push(step); return call() })
  await Promise.all([world.start({ management: counting }).recovery.pass(silent), world.start({ management: counting }).recovery.pass(silent), world.start({ management: counting }).recovery.pass(silent)])
  t.strictSame(deletions, Array(5).fill('delete the application of a client'))
  t.strictSame([world.applications(), await world.rows()], [[], []])
})

await t.test('a Logto that is down: tried again and again, each time later, and done when it is back', async t => {
  const { client_id: id, client_secret: secret } = await clients.create('bob', agent)
  const cut = world.start({ management: down })
  await outcomeOf(cut.clients.remove('bob', id))
  world.later(MINUTE)
  const waits: number[] = []
  const warnings: object[] = []
  for (let time = 0; time < 10; time += 1) {
    await cut.recovery.pass({ info () {}, warn: details => { warnings.push(details) } })
    const [row] = await world.rows()
    const wait = (row?.dueAt?.getTime() ?? 0) - world.now()
    waits.push(wait)
    await cut.recovery.pass(silent)
    t.equal((await world.rows())[0]?.attempts, time + 1, 'not before its time')
    world.later(wait)
  }
  t.strictSame(waits.map(wait => wait / 1000), [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
  t.match(warnings[0], { client_id: id, owner: 'bob', state: 'deleting', attempts: 1, reason: /^could not delete the application of a client: No answer\./ })
  t.notOk(JSON.stringify(warnings).includes(String(secret)))
  await recovery.pass(silent)
  t.strictSame([world.applications(), await world.rows()], [[], []])
})

await t.test('what Logto asks to wait is waited', async t => {
  const { client_id: id } = await clients.create('bob', agent)
  const busy = withSteps(management, step => Promise.reject(new LogtoError({ failure: 'rate_limited', step, reason: 'Too many.', retryAfter: 300 })))
  const cut = world.start({ management: busy })
  await outcomeOf(cut.clients.remove('bob', id))
  world.later(MINUTE)
  await cut.recovery.pass(silent)
  t.equal((await world.rows())[0]?.dueAt?.getTime(), world.now() + 300_000)
  await world.recover()
  await world.recover()
  t.strictSame(await world.rows(), [])
})

await t.test('a change that Logto comes to refuse is taken back, and said', async t => {
  const { client_id: id } = await clients.create('carol', agent)
  await outcomeOf(world.start({ management: withSteps(management, (step, call) => step.startsWith('change') ? Promise.reject(lost(step)) : call()) }).clients.change('carol', id, { client_name: 'Snow Today' }))
  t.match(await world.rows(), [{ state: 'changing', wanted: { name: 'Snow Today' } }])
  let refusals = 0
  const refusing = withSteps(management, (step, call) => step.startsWith('let a client') && refusals++ === 0 ? Promise.reject(new LogtoError({ failure: 'refused', step, reason: 'No.' })) : call())
  const infos: object[] = []
  world.later(MINUTE)
  await world.start({ management: refusing }).recovery.pass({ warn () {}, info: details => { infos.push(details) } })
  t.match(infos, [{ client_id: id, state: 'changing', refusal: /No\./ }])
  t.match(await world.rows(), [{ state: 'active', wanted: null, metadata: { name: 'Rain Today' } }])
  t.strictSame(await world.disagreements(), [])
})

await t.test('an operation that waits for a slow Logto gives signs of life, one that is over gives none', async t => {
  let signs = 0
  let alive = (): void => {}
  const lived = new Promise<void>(resolve => { alive = resolve })
  const renew = async () => {
    signs += 1
    alive()
    throw new Error('the database is busy')
  }
  const context = { store: { renew }, now: () => 0, grace: 4 } as unknown as ClientContext
  t.equal(await holding(context, {} as HeldRow, async () => {
    await lived
    return 'done'
  }), 'done', 'and it does not matter if one fails')
  await t.rejects(holding(context, {} as HeldRow, () => Promise.reject(new Error('failed'))), { message: 'failed' })
  t.ok(signs > 0)
})

await t.test('it starts at once, survives its own failures, and stops', async t => {
  const { client_id: id } = await clients.create('dave', agent)
  await outcomeOf(world.start({ management: down }).clients.remove('dave', id))
  world.later(MINUTE)
  const started = world.start({ store: { ...world.store(), claimDue: () => Promise.reject(new Error('no database')) } }).recovery
  const warned = new Promise<string>(resolve => { started.start({ info () {}, warn: (_details, message) => { resolve(message) } }) })
  t.match(await warned, /will run again/)
  await started.close()
  const { recovery } = world.start()
  const done = new Promise<object>(resolve => { recovery.start({ warn () {}, info: details => { resolve(details) } }) })
  t.match(await done, { client_id: id, state: 'deleting' })
  await recovery.close()
  await outcomeOf(world.start({ management: down }).clients.remove('carol', (await clients.list('carol'))[0]?.client_id ?? ''))
  world.later(MINUTE)
  await recovery.pass(silent)
  t.match(await world.rows('carol'), [{ state: 'deleting' }], 'a closed one does nothing any more')
})
