import t from 'tap'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import { makeResource, makeRole, makeScope } from '../../src/dev/tenant/make.js'
import { LogtoError } from '../../src/logto/error.js'
import { startTenant, tenantApiResource as api } from '../kit/tenant.js'
import { apply, plan } from './apply-kit.js'
import { essence, restore, the, watchWrites } from './plan-kit.js'

// `apply` may end anywhere, before a request or when its answer has not come, and somebody else may do
// the same at the same time: run again it comes to the same end, with nothing made twice.

const watch = watchWrites(t)
const { management, tenant } = await startTenant(t, { empty: true })
const empty = structuredClone(tenant.data)
await apply(management)
const settled = structuredClone(tenant.data)
const writes = watch.writes.length

for (const when of ['before', 'after'] as const) {
  await t.test(`killed ${when} any of its ${writes} writes`, async t => {
    t.equal(writes, 16)
    for (let at = 1; at <= writes; at += 1) {
      await restore(tenant, empty)
      watch.reset()
      watch.stopAt(at, when)
      const error = await apply(management).catch((error: unknown) => error)
      t.ok(error instanceof LogtoError && error.outcomeUnknown, `write ${at}: it fails`)
      t.equal(watch.writes.length, at, `write ${at}: and sends nothing more`)

      watch.reset()
      await apply(management)
      t.strictSame(essence(tenant.data), essence(settled), `write ${at}: the same end`)
      t.equal(watch.writes.length, writes - at + (when === 'before' ? 1 : 0), `write ${at}: only what was left to do`)
    }
  })
}

/** Pruning after an interruption: what has gone already is no failure. */
await t.test('killed in the midst of pruning', async t => {
  const clutter = (data: TenantData) => {
    const resource = the(data.resources, ({ indicator }) => indicator === api)
    const scope = makeScope({ resourceId: resource.id, name: 'admin:all' })
    data.scopes[scope.id] = scope
    the(data.roles, ({ name }) => name === 'Weather user').scopeIds.push(the(data.scopes, ({ name }) => name === 'manage:agents').id)
    the(data.applications, ({ customData }) => customData['scopegate'] === 'docs').consent.userScopes.push('phone')
    data.cimd.consent.resourceScopes.push(the(data.scopes, ({ name }) => name === 'manage:agents').id)
  }
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; at <= 4; at += 1) {
      await restore(tenant, settled)
      await tenant.change(clutter)
      watch.reset()
      watch.stopAt(at, when)
      await t.rejects(apply(management, { prune: true }), `write ${at}`)
      watch.reset()
      await apply(management, { prune: true })
      t.strictSame(essence(tenant.data), essence(settled), `${when} write ${at}: the same end`)
    }
  }
})

/** Something happens in the tenant between a plan and its steps: as soon as the first write is sent. */
async function meanwhile (change: (data: TenantData) => void, options: { prune?: boolean } = {}) {
  const { fetch } = globalThis
  let happened = false
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (!happened && request.method !== 'GET' && new URL(request.url).pathname.startsWith('/api/')) {
      happened = true
      await tenant.change(change)
    }
    return fetch(request)
  }
  try {
    return await apply(management, options)
  } finally {
    globalThis.fetch = fetch
  }
}

await t.test('made by somebody else meanwhile: taken for done, and brought to what is wanted', async t => {
  const cases: Array<[string, TenantData, (data: TenantData) => void]> = [
    ['the resource, with another lifetime', empty, data => {
      const resource = makeResource({ indicator: api, name: 'Weather API', accessTokenTtl: 60 })
      data.resources[resource.id] = resource
    }],
    ['the resource, with a scope', empty, data => {
      const resource = makeResource({ indicator: api, name: 'Weather API' })
      const scope = makeScope({ resourceId: resource.id, name: 'write:places', description: 'Writes' })
      data.resources[resource.id] = resource
      data.scopes[scope.id] = scope
    }],
    ['a role without scopes', empty, data => {
      const role = makeRole({ name: 'Weather user', description: 'May use the weather service, and let agents use it' })
      data.roles[role.id] = role
    }],
    ['a scope of a role', { ...settled, roles: Object.fromEntries(Object.entries(settled.roles).map(([id, role]) => [id, { ...role, scopeIds: role.name === 'Weather user' ? [] : role.scopeIds }])) }, data => {
      the(data.roles, ({ name }) => name === 'Weather user').scopeIds.push(the(data.scopes, ({ name }) => name === 'read:places').id)
    }]
  ]
  for (const [name, start, change] of cases) {
    await restore(tenant, start)
    const { comparison } = await meanwhile(change)
    t.strictSame(comparison.changes, [], name)
    t.strictSame(essence(tenant.data), essence(settled), `${name}: the same end`)
  }
})

await t.test('deleted by somebody else meanwhile: told in words; run again it is made anew', async t => {
  await restore(tenant, settled)
  await tenant.change(data => { the(data.applications, ({ customData }) => customData['scopegate'] === 'docs').oidcClientMetadata.redirectUris = [] })
  const error = await meanwhile(data => { Reflect.deleteProperty(data.applications, the(data.applications, ({ customData }) => customData['scopegate'] === 'docs').id) }).catch((error: unknown) => error)
  t.match(error, { failure: 'not_found', message: /^could not update the application "API documentation page" .* run it again/ })
  await apply(management)
  t.strictSame(essence(tenant.data), essence(settled))
})

await t.test('what is to be pruned has gone meanwhile: as good as done', async t => {
  await restore(tenant, settled)
  await tenant.change(data => {
    data.cimd.consent.resourceScopes.push(the(data.scopes, ({ name }) => name === 'manage:agents').id)
    const resource = the(data.resources, ({ indicator }) => indicator === api)
    data.scopes['gone'] = makeScope({ id: 'gone', resourceId: resource.id, name: 'admin:all' })
  })
  const { changes } = await meanwhile(data => {
    Reflect.deleteProperty(data.scopes, 'gone')
    data.cimd.consent.resourceScopes.pop()
  }, { prune: true })
  t.equal(changes.length, 2)
  t.strictSame(essence(tenant.data), essence(settled))
})

await t.test('two runs at the same time: nothing that has a name is made twice, and the next run tells of applications', async t => {
  await restore(tenant, empty)
  watch.reset()
  await Promise.allSettled([apply(management), apply(management)])
  const count = (list: Record<string, { name: string }>, name: string) => Object.values(list).filter(one => one.name === name).length
  for (const { name } of Object.values(settled.roles)) t.equal(count(tenant.data.roles, name), 1, name)
  t.equal(Object.values(tenant.data.resources).filter(({ indicator }) => indicator === api).length, 1)
  t.equal(count(tenant.data.scopes, 'read:weather'), 1)
  const { conflicts, changes } = await plan(management)
  const twice = count(tenant.data.applications, 'API documentation page') > 1
  t.equal(conflicts.some(conflict => conflict.includes('"docs"')), twice)
  if (!twice) t.strictSame(changes, [])
})
