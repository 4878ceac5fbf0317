import { PGlite } from '@electric-sql/pglite'
import t from 'tap'
import { createSqlStore, seed } from '../../src/dev/index.js'
import { desiredTenant } from '../../src/logto/desired.js'
import { seedDirectory } from '../../src/dev/directory.js'
import { seedTenant } from '../../src/dev/tenant/seeding.js'
import { openTenant } from '../../src/dev/tenant/tenant.js'

const db = new PGlite()
t.teardown(() => db.close())
const store = createSqlStore((sql, params) => db.query(sql, params))
await store.prepare()

const open = (publicUrl: string) => openTenant(store, data => seedTenant(data, {
  directory: seedDirectory,
  desired: desiredTenant({ publicUrl, apiResource: `${publicUrl}/`, mcpResource: `${publicUrl}/`, chatgptPluginId: 'plugin-scopegate' }),
  addresses: { publicUrl, botUrl: 'http://localhost:4000' }
}))

await t.test('changes outlive a restart, and a restart brings nothing back that was taken', async t => {
  const first = await open('http://localhost:3000')
  const role = Object.values(first.data.roles).find(({ name }) => name === 'Weather user')
  t.equal(role?.scopeIds.length, 3)
  await first.change(data => {
    for (const one of Object.values(data.roles)) if (one.name === 'Weather user') one.scopeIds.pop()
    const alice = data.users['user-alice']
    if (alice) alice.roleIds = []
  })
  const second = await open('http://localhost:3000')
  t.equal(Object.values(second.data.roles).find(({ name }) => name === 'Weather user')?.scopeIds.length, 2)
  t.strictSame(second.data.users['user-alice']?.roleIds, [])
  t.strictSame(second.data, first.data, 'nothing else changed')
})

await t.test('another address brings its resource, permissions and redirect URIs', async t => {
  const tenant = await open('http://localhost:3999')
  const resource = Object.values(tenant.data.resources).find(({ indicator }) => indicator === 'http://localhost:3999/')
  t.ok(resource)
  t.equal(resource?.isDefault, true, 'the default follows')
  const own = Object.values(tenant.data.scopes).filter(({ resourceId }) => resourceId === resource?.id)
  t.equal(own.length, 5)
  const ids = own.map(({ id }) => id)
  const { chatgptPlugin, docs } = seed.clients
  t.equal(tenant.data.applications[chatgptPlugin.id]?.consent.resourceScopes.filter(id => ids.includes(id)).length, 3, 'third parties may ask for its permissions')
  t.ok(tenant.data.applications[docs.id]?.oidcClientMetadata.redirectUris.includes('http://localhost:3999/docs/static/oauth2-redirect.html'))
  t.equal(Object.values(tenant.data.roles).find(({ name }) => name === 'Weather user')?.scopeIds.filter(id => ids.includes(id)).length, 3)
})

await t.test('ids from outside name nothing that is not there', async t => {
  const { data } = await open('http://localhost:3999')
  for (const id of ['__proto__', 'constructor', 'toString']) t.equal(Object.hasOwn(data.applications, id), false)
})
