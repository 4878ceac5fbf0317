import t from 'tap'
import { makeApplication, makeRole } from '../../src/dev/tenant/make.js'
import { desiredTenant } from '../../src/logto/desired.js'
import { comparison, readTenant } from '../../src/logto/plan/index.js'
import { startTenant, tenantApiResource as api, tenantPublicUrl as publicUrl } from '../kit/tenant.js'
import { desired, restore, shorts, the, watchWrites } from './plan-kit.js'

// `plan` against a tenant over the Management API: what is read, and that nothing is written.

const watch = watchWrites(t)
const { management, tenant } = await startTenant(t)
const kept = structuredClone(tenant.data)
t.afterEach(async () => {
  await restore(tenant, kept)
  watch.reset()
})
const plan = async (options?: { prune: boolean }) => comparison(desired, await readTenant(management, desired), options)

await t.test('the tenant as it is seeded: nothing to do', async t => {
  const found = await plan()
  t.strictSame(found.changes, [])
  t.strictSame(found.conflicts, [])
})

await t.test('an empty tenant: everything to do, and nothing of it is done', async t => {
  const empty = await startTenant(t, { empty: true })
  const before = structuredClone(empty.tenant.data)
  watch.reset()
  for (const prune of [false, true]) {
    const found = comparison(desired, await readTenant(empty.management, desired), { prune })
    t.equal(found.changes.length, 16)
    t.strictSame(found.unmanaged, [], 'the Management API, its role and its app are not ours')
  }
  t.strictSame(watch.writes, [], 'no request that writes')
  t.strictSame(empty.tenant.data, before)
})

await t.test('a broken tenant: read as it is, and left so', async t => {
  await tenant.change(data => {
    the(data.scopes, ({ name }) => name === 'read:places').description = 'Reads'
    the(data.roles, ({ name }) => name === 'Weather user').scopeIds.shift()
    the(data.applications, ({ id }) => id === 'docs').consent.userScopes = ['phone']
    data.cimd.enabled = false
  })
  const found = await plan({ prune: true })
  t.ok(found.changes.some(({ kind }) => kind === 'role-scopes'))
  t.ok(shorts(found).includes('delete consent-scopes: consent scope phone (of the user) of the application "API documentation page"'))
  t.ok(shorts(found).includes('update cimd: settings of client ID metadata documents'))
  t.strictSame(watch.writes, [])
})

await t.test('more applications and roles than a page holds: ours are found on any', async t => {
  await tenant.change(data => {
    const [docs, role] = [the(data.applications, ({ id }) => id === 'docs'), the(data.roles, ({ name }) => name === 'Weather user')]
    Reflect.deleteProperty(data.applications, docs.id)
    Reflect.deleteProperty(data.roles, role.id)
    for (let n = 0; n < 230; n += 1) {
      const agent = makeApplication({ name: docs.name, type: 'SPA', isThirdParty: true, customData: { scopegateClient: { id: String(n), owner: 'alice' } } })
      const other = makeRole({ name: `Role ${n}`, description: 'x' })
      data.applications[agent.id] = agent
      data.roles[other.id] = other
    }
    data.applications[docs.id] = docs
    data.roles[role.id] = role
  })
  t.strictSame((await plan()).changes, [])
})

await t.test('a role with more scopes than a page holds', async t => {
  await tenant.change(data => {
    const role = the(data.roles, ({ name }) => name === 'Weather user')
    const other = the(data.scopes, ({ name }) => name === 'read:weather')
    const more = Array.from({ length: 150 }, (_, n) => ({ ...other, id: `more-${n}`, name: `more-${n}` }))
    for (const scope of more) data.scopes[scope.id] = scope
    role.scopeIds = [...more.map(({ id }) => id), ...role.scopeIds]
  })
  const found = await plan()
  t.strictSame(found.changes, [])
  t.equal(the(found.unmanaged, ({ kind }) => kind === 'role').values.length, 150)
})

await t.test('a Logto that does not offer client ID metadata documents', async t => {
  const { fetch } = globalThis
  t.teardown(() => { globalThis.fetch = fetch })
  globalThis.fetch = async (input, init) => new URL(new Request(input, init).url).pathname.includes('cimd') ? new Response('Not Found', { status: 404 }) : fetch(input, init)
  t.match(await plan(), { changes: [], notes: [/does not offer/] })
})

await t.test('two audiences: the tenant of one lacks the other', async t => {
  const both = desiredTenant({ publicUrl, apiResource: api, mcpResource: `${publicUrl}/mcp`, chatgptPluginId: 'plugin-scopegate' })
  const found = comparison(both, await readTenant(management, both))
  t.equal(found.changes.filter(({ action }) => action === 'create').length, 6, 'a resource and its scopes')
})
