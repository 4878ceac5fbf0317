import t from 'tap'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import { makeApplication, makeResource, makeRole, makeScope } from '../../src/dev/tenant/make.js'
import { desiredTenant } from '../../src/logto/desired.js'
import { LogtoError } from '../../src/logto/error.js'
import { ConflictError } from '../../src/logto/plan/index.js'
import { startTenant, tenantApiResource as api, tenantPublicUrl as publicUrl } from '../kit/tenant.js'
import { apply, plan } from './apply-kit.js'
import { desired, essence, restore, shorts, the, watchWrites } from './plan-kit.js'

// `apply` makes a tenant as desired, whatever it was like before, and touches nothing else.

const watch = watchWrites(t)
const { management, tenant } = await startTenant(t, { empty: true })
const empty = structuredClone(tenant.data)
await apply(management)
const settled = structuredClone(tenant.data)
t.beforeEach(() => watch.reset())

/** Starts from a settled tenant that was changed. */
async function from (change: (data: TenantData) => void): Promise<void> {
  await restore(tenant, settled)
  await tenant.change(change)
  watch.reset()
}
/** As Logto does it: what refers to a scope goes with it. */
function withoutScope (data: TenantData, id: string): void {
  Reflect.deleteProperty(data.scopes, id)
  for (const role of Object.values(data.roles)) role.scopeIds = role.scopeIds.filter(one => one !== id)
  for (const { consent } of [data.cimd, ...Object.values(data.applications)]) consent.resourceScopes = consent.resourceScopes.filter(one => one !== id)
}
const app = (data: TenantData, key: string) => the(data.applications, ({ customData }) => customData['scopegate'] === key)

await t.test('an empty tenant: what was planned is done, one request each; afterwards there is nothing to do', async t => {
  await restore(tenant, empty)
  const planned = shorts(await plan(management))
  watch.reset()
  const { lines, comparison, state } = await apply(management)
  t.strictSame(lines, planned)
  t.equal(watch.writes.length, planned.length)
  t.strictSame(comparison, { changes: [], unmanaged: [], conflicts: [], notes: [] })
  t.equal(state.applications.length, 3)
  t.strictSame(await plan(management, { prune: true }), comparison)

  watch.reset()
  t.strictSame((await apply(management, { prune: true })).lines, [])
  t.strictSame(watch.writes, [], 'a second run writes nothing')
})

await t.test('what an empty tenant has become is what development is seeded with', async t => {
  const seeded = await startTenant(t)
  t.strictSame((await plan(seeded.management)).changes, [])
  const scopes = ({ scopes }: TenantData) => Object.values(scopes).map(({ name, description }) => `${name} ${description}`).sort()
  t.strictSame(scopes(settled), scopes(seeded.tenant.data))
})

await t.test('each broken thing is mended, and nothing else is written', async t => {
  const cases: Array<[string, (data: TenantData) => void, number?]> = [
    ['token lifetime', data => { the(data.resources, ({ indicator }) => indicator === api).accessTokenTtl = 60 }],
    ['scope, and with it all that referred to it', data => { withoutScope(data, the(data.scopes, ({ name }) => name === 'write:places').id) }, 5],
    ['description', data => { the(data.scopes, ({ name }) => name === 'write:places').description = null }],
    ['role', data => { Reflect.deleteProperty(data.roles, the(data.roles, ({ name }) => name === 'Agent owner').id) }],
    ['role scope', data => { the(data.roles, ({ name }) => name === 'Agent owner').scopeIds.pop() }],
    ['default role', data => { the(data.roles, ({ name }) => name === 'Agent owner').isDefault = false }],
    ['application', data => { Reflect.deleteProperty(data.applications, app(data, 'docs').id) }, 2],
    ['redirect URI', data => { app(data, 'chatgpt-plugin').oidcClientMetadata.redirectUris = [] }],
    ['CORS origin', data => { app(data, 'docs').customClientMetadata = {} }],
    ['refresh token', data => { app(data, 'official-app').customClientMetadata = {} }],
    ['consent', data => { app(data, 'docs').consent = { resourceScopes: [], userScopes: [] } }],
    ['default resource', data => { for (const one of Object.values(data.resources)) one.isDefault = one.id === 'management-api' }],
    ['metadata documents', data => { data.cimd.enabled = false }],
    ['their ceiling', data => { data.cimd.consent.userScopes = [] }]
  ]
  for (const [name, change, writes = 1] of cases) {
    await from(change)
    const { comparison } = await apply(management)
    t.strictSame(comparison.changes, [], name)
    t.equal(watch.writes.length, writes, `${name}: ${writes} write${writes === 1 ? '' : 's'}`)
    t.strictSame(essence(tenant.data), essence(settled), `${name}: as before`)
  }
})

await t.test('Logto replaces members as a whole: unknown ones are sent again', async t => {
  await from(data => {
    const docs = app(data, 'docs')
    Object.assign(docs, { name: 'Our docs', description: 'ours' })
    docs.customData = { ...docs.customData, team: { lead: 'Ann' } }
    docs.customClientMetadata = { refreshTokenTtlInDays: 3, rotateRefreshToken: true }
    Object.assign(docs.oidcClientMetadata, { redirectUris: ['https://staging.example/cb'], backchannelLogoutUri: 'https://b.example/out' })
  })
  await apply(management)
  t.match(app(tenant.data, 'docs'), {
    name: 'Our docs',
    description: 'ours',
    customData: { scopegate: 'docs', team: { lead: 'Ann' } },
    customClientMetadata: { refreshTokenTtlInDays: 3, rotateRefreshToken: true, corsAllowedOrigins: [publicUrl] },
    oidcClientMetadata: { backchannelLogoutUri: 'https://b.example/out', redirectUris: ['https://staging.example/cb', `${publicUrl}/docs/static/oauth2-redirect.html`] }
  })
  t.notOk('alwaysIssueRefreshToken' in app(tenant.data, 'docs').customClientMetadata, 'what is off needs no mention')
})

await t.test('an application made by hand is adopted, with what it holds', async t => {
  await from(data => { app(data, 'docs').customData = { team: 'web' } })
  const before = Object.keys(tenant.data.applications)
  await apply(management)
  t.strictSame(Object.keys(tenant.data.applications), before, 'no second one')
  t.strictSame(app(tenant.data, 'docs').customData, { team: 'web', scopegate: 'docs', scopegateResource: api })
})

/** Things of ours that the code does not know, and things of others. */
function clutter (data: TenantData): void {
  const resource = the(data.resources, ({ indicator }) => indicator === api)
  const scope = makeScope({ resourceId: resource.id, name: 'admin:all' })
  const other = makeResource({ name: 'Other', indicator: 'https://other.example' })
  const read = makeScope({ resourceId: other.id, name: 'read' })
  const manage = the(data.scopes, ({ name }) => name === 'manage:agents')
  for (const one of [scope, read]) data.scopes[one.id] = one
  data.resources[other.id] = other
  const weather = the(data.roles, ({ name }) => name === 'Weather user')
  weather.scopeIds.push(scope.id, manage.id, read.id)
  const role = makeRole({ name: 'Other role', description: 'x', scopeIds: [read.id] })
  data.roles[role.id] = role
  const docs = app(data, 'docs')
  docs.consent.resourceScopes.push(scope.id, manage.id, read.id)
  docs.consent.userScopes.push('phone')
  docs.oidcClientMetadata.redirectUris.push('https://staging.example/cb')
  docs.customClientMetadata.corsAllowedOrigins?.push('https://staging.example')
  data.cimd.consent.resourceScopes.push(manage.id, read.id)
  const agent = { ...makeApplication({ name: docs.name, type: 'SPA', isThirdParty: true, customData: { scopegateClient: { id: '1', owner: 'alice' } } }), consent: structuredClone(docs.consent) }
  const gone = makeApplication({ name: 'Gone', type: 'Traditional', customData: { scopegate: 'gone', scopegateResource: api } })
  for (const one of [agent, gone]) data.applications[one.id] = one
}

await t.test('without --prune nothing goes', async t => {
  await from(clutter)
  const before = structuredClone(tenant.data)
  const { lines, comparison } = await apply(management)
  t.strictSame(lines, [])
  t.strictSame(watch.writes, [])
  t.strictSame(tenant.data, before)
  t.equal(comparison.unmanaged.length, 7)
})

await t.test('--prune takes away what is ours and not in the code, and nothing of others', async t => {
  await from(clutter)
  const before = structuredClone(tenant.data)
  await apply(management, { prune: true })
  const { data } = tenant
  t.strictSame(await plan(management, { prune: true }), { changes: [], unmanaged: [], conflicts: [], notes: [] })

  const agents = ({ applications }: TenantData) => Object.values(applications).filter(({ customData }) => 'scopegateClient' in customData)
  const gone = the(before.scopes, ({ name }) => name === 'admin:all').id
  t.strictSame(agents(data), agents(before).map(one => ({ ...one, consent: { ...one.consent, resourceScopes: one.consent.resourceScopes.filter(id => id !== gone) } })), 'an agent loses nothing but the scope that is no more')
  t.ok(the(data.roles, ({ name }) => name === 'Other role').scopeIds.length === 1, 'another role')
  const read = the(data.scopes, ({ name }) => name === 'read').id
  t.ok(data.cimd.consent.resourceScopes.includes(read), 'what the tenant\'s ceiling holds of another resource')
  t.ok(the(data.roles, ({ name }) => name === 'Weather user').scopeIds.includes(read), 'what a role of ours holds of another resource')
  const { consent } = app(data, 'docs')
  t.ok(consent.resourceScopes.includes(read), 'what an app of ours may ask for of another resource')
  consent.resourceScopes = consent.resourceScopes.filter(id => id !== read)
  t.ok(data.resources['management-api'])
  t.ok(data.applications['scopegate-management'])
  t.notOk(Object.values(data.applications).some(({ name }) => name === 'Gone'))
  t.strictSame(essence({ ...data, applications: Object.fromEntries(Object.entries(data.applications).filter(([, { customData }]) => !('scopegateClient' in customData))), roles: {}, cimd: settled.cimd, resources: {}, scopes: {} }),
    essence({ ...settled, roles: {}, resources: {}, scopes: {} }), 'our applications are as new')
})

await t.test('two deployments in one tenant: each sees to its own, with --prune too', async t => {
  await from(() => {})
  const url = 'https://staging.example'
  const staging = desiredTenant({ publicUrl: url, apiResource: `${url}/`, mcpResource: `${url}/`, chatgptPluginId: undefined })
  const shown = (data: TenantData) => Object.values(data.applications).filter(({ customData }) => customData['scopegateResource'] === api)
  const before = structuredClone(shown(tenant.data))
  await apply(management, { desired: staging, prune: true })
  t.strictSame(shown(tenant.data), before, 'the first one\'s applications are as they were')
  const added = Object.values(tenant.data.applications).filter(({ customData }) => customData['scopegateResource'] === `${url}/`)
  t.strictSame(added.map(({ customData }) => customData['scopegate']).sort(), ['docs', 'official-app'])
  for (const prune of [false, true]) {
    t.strictSame(await plan(management, { prune }), { changes: [], unmanaged: [], conflicts: [], notes: [] }, `the first, prune: ${prune}`)
    t.strictSame(await plan(management, { desired: staging, prune }), { changes: [], unmanaged: [], conflicts: [], notes: [] }, `the second, prune: ${prune}`)
  }
})

await t.test('a Logto that lets no agents with metadata documents in: all the rest is done, and that is told', async t => {
  await restore(tenant, empty)
  const refusing: typeof management = {
    ...management,
    ask: (step, call) => step.includes('settings of client ID') ? Promise.reject(new LogtoError({ failure: 'refused', step, status: 422, code: 'request.invalid_input', reason: 'SSRF protection is off.' })) : management.ask(step, call)
  }
  const { lines, comparison } = await apply(refusing)
  t.notOk(lines.some(line => line.includes('settings of client ID')))
  t.match(comparison, { changes: [], notes: [/^Agents with a client ID metadata document are not let in: could not update the settings .* 422 request.invalid_input: SSRF protection is off/] })
  t.strictSame((await plan(management)).changes.map(({ kind }) => kind), ['cimd'], 'nothing else is left to do')
})

await t.test('another plugin id: its redirect URI is added, the old one stays until pruned', async t => {
  await from(() => {})
  const other = desiredTenant({ publicUrl, apiResource: api, mcpResource: api, chatgptPluginId: 'plugin-2' })
  await apply(management, { desired: other })
  t.equal(app(tenant.data, 'chatgpt-plugin').oidcClientMetadata.redirectUris.length, 2)
  await apply(management, { desired: other, prune: true })
  t.strictSame(app(tenant.data, 'chatgpt-plugin').oidcClientMetadata.redirectUris, ['https://chat.openai.com/aip/plugin-2/oauth/callback'])
})

await t.test('a conflict: told before anything is changed', async t => {
  await restore(tenant, empty)
  await tenant.change(data => { data.applications['x'] = makeApplication({ id: 'x', name: 'y', type: 'Native', customData: { scopegate: 'docs' } }) })
  watch.reset()
  const error = await apply(management).catch((error: unknown) => error)
  t.ok(error instanceof ConflictError)
  t.match(error, { conflicts: [/is a first-party Native one and has to be a third-party SPA one/] })
  t.strictSame(watch.writes, [])
})

await t.test('Logto refuses a step: it is named in words, and what came before is done', async t => {
  await restore(tenant, empty)
  const changes = { ...desired, roles: desired.roles.map((role, at) => at === 1 ? { ...role, description: '' } : role) }
  const error = await apply(management, { desired: changes }).catch((error: unknown) => error)
  t.ok(error instanceof LogtoError)
  t.match(error, { failure: 'refused', step: 'create the role "Agent owner"', code: 'guard.invalid_input' })
  t.ok(Object.values(tenant.data.roles).some(({ name }) => name === 'Weather user'))
  t.notOk(Object.values(tenant.data.applications).some(({ customData }) => 'scopegate' in customData), 'it stops there')
  await apply(management)
  t.strictSame(essence(tenant.data), essence(settled), 'and can go on')
})

await t.test('a plan that never comes true ends in words, not in an endless loop', async t => {
  await from(data => { data.cimd.enabled = false })
  const { fetch } = globalThis
  t.teardown(() => { globalThis.fetch = fetch })
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    return request.method === 'PATCH' ? Response.json({ enabled: true }) : fetch(request)
  }
  await t.rejects(apply(management), { name: 'ConflictError', message: /the tenant still is not as wanted.*update the settings of client ID metadata documents/ })
})
