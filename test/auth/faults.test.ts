import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { buildTestApp, noDatabase } from '../kit/app.js'
import { faults, heal, type Fault } from '../kit/faults.js'
import { startIssuer, type TestIssuer } from '../kit/issuer.js'
import { createSigningKey } from '../kit/keys.js'

// Every fault of the authorization server at every moment, over real HTTP: what callers get while it
// lasts, and that the service recovers. First all is observed (at once, because some take 5 s), then
// judged; the table at the end is what was seen.

/** Milliseconds in which the service has to be well again by its own timer. */
const RECOVERY = 10_000
/** Milliseconds after which something waits that nothing ends. */
const PATIENCE = 100_000
const statuses: number[] = []

/** A running service, its first fetch of keys not waited for. */
async function startService (issuer: TestIssuer) {
  const app = await buildTestApp(t, { issuer, database: noDatabase })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const get = async (path: string, token?: string) => {
    const answer = await fetch(url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
    if (path !== '/health/ready') statuses.push(answer.status)
    // Read to its end, so that no connection waits for that.
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
  return {
    status: async (token: string) => (await get('/v1/me', token)).status,
    answer: async (token: string) => {
      const { status, headers } = await get('/v1/me', token)
      return { status, retryAfter: headers.get('retry-after') }
    },
    keysReady: async () => (JSON.parse((await get('/health/ready')).body) as { checks: { keys: string } }).checks.keys === 'ok',
    refresh: () => app.keyStore.start(),
    failures: () => app.authStats().keys.failures
  }
}

/** The fault is there before the service is. */
async function coldStart (issuer: TestIssuer, fault: Fault) {
  await fault.cause(issuer, issuer.ec, issuer.rsa)
  const service = await startService(issuer)
  const token = issuer.token()
  const during = await service.answer(token)
  const ready = await service.keysReady()
  await heal(issuer, issuer.ec)
  const healedAt = Date.now()
  // Nothing but its own timer; where it has read a set, that is minutes away.
  if (fault.readable) await service.refresh()
  while (!await service.keysReady() && Date.now() < healedAt + RECOVERY) await pause(50)
  return { ...during, ready, recoveredIn: Date.now() - healedAt, after: await service.status(token) }
}

/** Keys are known, then a refresh meets the fault. */
async function middle (issuer: TestIssuer, fault: Fault) {
  await heal(issuer, issuer.ec)
  const service = await startService(issuer)
  const [seen, other] = [issuer.token(), issuer.token()]
  const before = await service.status(seen)
  await fault.cause(issuer, issuer.ec, issuer.rsa)
  const refresh = service.refresh()
  const amid = fault.readable ? [] : [await service.status(seen), await service.status(issuer.token())]
  await refresh
  const during = { seen: await service.status(seen), fresh: await service.status(other) }
  const failures = service.failures()
  await heal(issuer, issuer.ec)
  await service.refresh()
  return { before, amid, ...during, failures, after: [await service.status(seen), await service.status(issuer.token())] }
}

/** The issuer signs with a new key, which callers bring before the set can be had. */
async function rotation (issuer: TestIssuer, fault: Fault) {
  await heal(issuer, issuer.ec)
  const service = await startService(issuer)
  const next = createSigningKey('ES384')
  const [old, fresh] = [issuer.token(), issuer.token({}, {}, { key: next })]
  const before = await service.status(old)
  const fetches = issuer.fetches
  await fault.cause(issuer, next, issuer.ec)
  const lookUp = service.status(fresh)
  const amid = [await service.status(old), await service.status(issuer.token())]
  const during = { fresh: await lookUp, old: await service.status(old) }
  const asked = issuer.fetches > fetches || service.failures() > 0
  await heal(issuer, issuer.ec, next)
  await service.refresh()
  return { before, amid, ...during, asked, after: [await service.status(fresh), await service.status(old)] }
}

async function observe (fault: Fault) {
  const elsewhere = fault.name === 'redirect' ? await startIssuer(t) : undefined
  const issuer = await startIssuer(t, { port: await freePort(), elsewhere: `${elsewhere?.endpoint ?? 'http://127.0.0.1:1'}/oidc/jwks` })
  // Whoever followed the redirect would find there what is missing here.
  elsewhere?.publish(issuer.ec)
  const seen = { cold: await coldStart(issuer, fault), middle: await middle(issuer, fault), rotation: await rotation(issuer, fault) }
  return { fault, ...seen, elsewhere: elsewhere?.requests ?? [] }
}

async function outOfPatience ({ name }: Fault): Promise<never> {
  await pause(PATIENCE, undefined, { ref: false })
  throw new Error(`${name}: still under way after ${PATIENCE / 1000} s`)
}

const observations = await Promise.allSettled(faults.map(fault => Promise.race([observe(fault), outOfPatience(fault)])))
await t.test('every fault could be observed to its end', async t => {
  for (const [index, seen] of observations.entries()) {
    if (seen.status === 'rejected') t.error(seen.reason, `${faults[index]?.name}`)
  }
  t.equal(observations.length, faults.length)
})
const observed = observations.flatMap(seen => seen.status === 'fulfilled' ? [seen.value] : [])

for (const { fault, cold, middle, rotation, elsewhere } of observed) {
  await t.test(`${fault.name}, at the start: ${fault.readable ? '401, the keys there are do not fit' : '503 with Retry-After, then well by itself'}`, async t => {
    if (fault.readable) {
      t.match(cold, { status: 401, retryAfter: null, ready: true })
    } else {
      t.match(cold, { status: 503, retryAfter: /^[1-9][0-9]?$/, ready: false })
      t.ok(cold.recoveredIn < RECOVERY, `${cold.recoveredIn} ms`)
    }
    t.equal(cold.after, 200, 'and then the token is good')
  })

  await t.test(`${fault.name}, later: ${fault.readable ? 'the key counts as withdrawn, also for tokens seen before' : 'known keys go on'}`, async t => {
    const expected = fault.readable ? 401 : 200
    t.match(middle, { before: 200, seen: expected, fresh: expected })
    t.ok(fault.readable ? middle.failures === 0 : middle.failures > 0, 'the refresh met the fault')
    t.strictSame(new Set([...middle.amid, ...middle.after]), new Set([200]), 'during the fetch, and once it is over')
  })

  await t.test(`${fault.name}, amid a rotation: the new key is not yet known, the old one goes on`, async t => {
    t.match(rotation, { before: 200, fresh: 401, old: 200, asked: true })
    t.strictSame(new Set([...rotation.amid, ...rotation.after]), new Set([200]), 'the old key during the look-up; both once it is over')
  })

  await t.test(`${fault.name}: keys come from one address only`, async t => { t.strictSame(elsewhere, []) })
}

await t.test('no answer was ever anything but 200, 401 or 503', async t => {
  t.strictSame([...new Set(statuses)].sort(), [200, 401, 503], `${statuses.length} answers`)
})

t.comment('| fault | at the start | later: seen / new token | rotation: old / new key | well again |')
t.comment('| --- | --- | --- | --- | --- |')
for (const { fault, cold, middle, rotation } of observed) {
  const start = cold.retryAfter === null ? cold.status : `${cold.status}, Retry-After ${cold.retryAfter}`
  const again = fault.readable ? 'with the next refresh' : `by itself after ${(cold.recoveredIn / 1000).toFixed(1)} s`
  const all = [cold.after, ...middle.after, ...rotation.after].every(status => status === 200)
  t.comment(`| ${fault.name} | ${start} | ${middle.seen} / ${middle.fresh} | ${rotation.old} / ${rotation.fresh} | ${all ? again : 'NO'} |`)
}
