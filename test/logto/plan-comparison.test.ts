import fc from 'fast-check'
import t from 'tap'
import { desiredTenant } from '../../src/logto/desired.js'
import { comparison, planDocument, type Comparison } from '../../src/logto/plan/index.js'
import type { TenantState } from '../../src/logto/plan/tenant-state.js'
import { tenantApiResource as api, tenantPublicUrl as publicUrl } from '../kit/tenant.js'
import { applicationState, consentEntries, desired, emptyState, settledState, shorts, the } from './plan-kit.js'

// The comparison of a tenant with the code: each difference is found, alone and in an order that can be
// carried out; what is not ours is never touched; what nobody but a person can decide is a conflict.

const nothing: Comparison = { changes: [], unmanaged: [], conflicts: [], notes: [] }

/** The comparison with a settled tenant after a change to it. */
function after (change: (state: TenantState) => void, options: { prune?: boolean } = {}): Comparison {
  const state = settledState()
  change(state)
  return comparison(desired, state, options)
}

const app = (state: TenantState, key: string) => the(state.applications, ({ customData }) => customData['scopegate'] === key)
const resource = (state: TenantState) => the(state.resources, ({ indicator }) => indicator === api)
const role = (state: TenantState, name = 'Weather user') => the(state.roles, one => one.name === name)

await t.test('a tenant that is as desired: nothing to do, with and without pruning', async t => {
  t.strictSame(comparison(desired, settledState()), nothing)
  t.strictSame(comparison(desired, settledState(), { prune: true }), nothing)
})

await t.test('an empty tenant: everything, in an order in which it can be made', async t => {
  t.strictSame(shorts(comparison(desired, emptyState())), [
    'create resource: API resource "Weather API" (http://localhost:3000/)',
    ...['read:weather', 'read:places', 'write:places', 'manage:agents', 'manage:clients'].map(name => `create scope: scope ${name} of http://localhost:3000/`),
    'create role: role "Weather user"',
    'create role: role "Agent owner"',
    'create application: application "Official Weather App"',
    'create application: application "API documentation page"',
    'create application: application "ChatGPT plugin"',
    'update consent-scopes: consent scopes of the application "API documentation page"',
    'update consent-scopes: consent scopes of the application "ChatGPT plugin"',
    'update default-resource: default API resource',
    'update cimd-consent-scopes: consent scopes of agents with a client ID metadata document',
    'update cimd: settings of client ID metadata documents'
  ])
})

await t.test('each difference alone is found, with what it is and what it would be', async t => {
  const cases: Array<[string, (state: TenantState) => void, string, unknown[]]> = [
    ['token lifetime', s => { resource(s).accessTokenTtl = 60 }, 'update resource: API resource "Weather API" (http://localhost:3000/)', [{ name: 'access token lifetime in seconds', from: 60, to: 3600 }]],
    ['scope missing', s => { resource(s).scopes.shift() }, 'create scope: scope read:weather of http://localhost:3000/', [{ name: 'description', to: 'Read weather forecasts and observations' }]],
    ['scope described otherwise', s => { the(resource(s).scopes, ({ name }) => name === 'read:places').description = 'x' }, 'update scope: scope read:places of http://localhost:3000/', [{ name: 'description', from: 'x', to: 'See your saved places' }]],
    ['scope without description', s => { the(resource(s).scopes, ({ name }) => name === 'read:places').description = null }, 'update scope: scope read:places of http://localhost:3000/', [{ name: 'description', from: null, to: 'See your saved places' }]],
    ['role missing', s => { s.roles.shift() }, 'create role: role "Weather user"', [{ name: 'description', to: /agents/ }, { name: 'new users get it', to: true }, { name: 'scopes', to: ['read:weather', 'read:places', 'write:places'] }]],
    ['role not for new users', s => { role(s).isDefault = false }, 'update role: role "Weather user"', [{ name: 'new users get it', from: false, to: true }]],
    ['role lacks a scope', s => { role(s).scopes.pop() }, 'update role-scopes: scopes of the role "Weather user"', [{ name: 'scopes', from: ['read:weather', 'read:places'], to: ['read:weather', 'read:places', 'write:places'] }]],
    ['application missing', s => { s.applications.shift() }, 'create application: application "Official Weather App"', [{ name: 'kind', to: 'first-party Traditional' }, { name: 'redirect URIs', to: [`${publicUrl}/app/callback`] }, { name: 'post sign-out redirect URIs', to: [`${publicUrl}/`] }, { name: 'always issue a refresh token', to: true }, { name: 'custom data "scopegate"', to: 'official-app' }, { name: 'custom data "scopegateResource"', to: api }]],
    ['redirect URI missing', s => { app(s, 'docs').oidcClientMetadata.redirectUris = [] }, 'update application: application "API documentation page" (app-docs)', [{ name: 'redirect URIs', from: [], to: [`${publicUrl}/docs/static/oauth2-redirect.html`] }]],
    ['sign-out URI missing', s => { app(s, 'official-app').oidcClientMetadata.postLogoutRedirectUris = [] }, 'update application: application "Official Weather App" (app-official-app)', [{ name: 'post sign-out redirect URIs', from: [], to: [`${publicUrl}/`] }]],
    ['CORS origin missing', s => { app(s, 'docs').customClientMetadata = {} }, 'update application: application "API documentation page" (app-docs)', [{ name: 'CORS allowed origins', from: [], to: [publicUrl] }]],
    ['no refresh token', s => { app(s, 'chatgpt-plugin').customClientMetadata = { corsAllowedOrigins: [] } }, 'update application: application "ChatGPT plugin" (app-chatgpt-plugin)', [{ name: 'always issue a refresh token', from: false, to: true }]],
    ['consent scope missing', s => { app(s, 'docs').consent.splice(1, 1) }, 'update consent-scopes: consent scopes of the application "API documentation page"', [{ name: 'may ask for', from: ['read:weather', 'write:places', 'profile (of the user)', 'email (of the user)'], to: ['read:weather', 'write:places', 'profile (of the user)', 'email (of the user)', 'read:places'] }]],
    ['user scope missing', s => { app(s, 'docs').consent.pop() }, 'update consent-scopes: consent scopes of the application "API documentation page"', [{ name: 'may ask for' }]],
    ['default resource missing', s => { resource(s).isDefault = false }, 'update default-resource: default API resource', [{ name: 'indicator', from: null, to: api }]],
    ['another default resource', s => { resource(s).isDefault = false; the(s.resources, ({ id }) => id === 'management-api').isDefault = true }, 'update default-resource: default API resource', [{ name: 'indicator', from: 'https://default.logto.app/api', to: api }]],
    ['agents by metadata are off', s => { if (s.cimd) s.cimd.enabled = false }, 'update cimd: settings of client ID metadata documents', [{ name: 'enabled', from: false, to: true }]],
    ['their ceiling is too low', s => { s.cimd?.consent.shift() }, 'update cimd-consent-scopes: consent scopes of agents with a client ID metadata document', [{ name: 'may ask for' }]]
  ]
  for (const [name, change, line, details] of cases) {
    const found = after(change)
    t.strictSame(shorts(found), [line], name)
    t.match(found.changes[0]?.details, details, `${name}: details`)
    t.strictSame({ ...found, changes: [] }, nothing, `${name}: nothing else`)
    t.strictSame(planDocument(after(change, { prune: true })), planDocument(found), `${name}: the same with --prune`)
  }
})

await t.test('what the code does not know stays and is named; with --prune it goes', async t => {
  const cases: Array<[string, (state: TenantState) => void, object, string[]]> = [
    ['scope', s => { resource(s).scopes.push({ id: 'x', name: 'admin:all', description: null }) }, { kind: 'resource', name: 'scopes', values: ['admin:all'], warning: false }, ['delete scope: scope admin:all of http://localhost:3000/']],
    ['scope of a role', s => { role(s).scopes.push({ id: 'x', name: 'manage:agents', indicator: api }) }, { kind: 'role', values: ['manage:agents'], warning: false }, ['delete role-scopes: scope manage:agents from the role "Weather user"']],
    ['redirect URI', s => { app(s, 'docs').oidcClientMetadata.redirectUris.unshift('https://staging.example/cb') }, { kind: 'application', name: 'redirect URIs', values: ['https://staging.example/cb'] }, ['update application: application "API documentation page" (app-docs)']],
    ['CORS origin', s => { app(s, 'docs').customClientMetadata.corsAllowedOrigins?.push('https://x.example') }, { kind: 'application', name: 'CORS allowed origins', values: ['https://x.example'] }, ['update application: application "API documentation page" (app-docs)']],
    ['refresh token', s => { app(s, 'docs').customClientMetadata.alwaysIssueRefreshToken = true }, { kind: 'application', name: 'always issue a refresh token', values: ['on'] }, ['update application: application "API documentation page" (app-docs)']],
    ['first-party scope of a third-party app', s => { app(s, 'docs').consent.push({ type: 'resource-scopes', id: 'x', name: 'manage:agents', indicator: api }) }, { kind: 'consent-scopes', name: 'more than the catalogue allows', values: ['manage:agents'], warning: true }, ['delete consent-scopes: consent scope manage:agents of the application "API documentation page"']],
    ['user data of a third-party app', s => { app(s, 'docs').consent.push({ type: 'user-scopes', id: 'phone', name: 'phone', indicator: undefined }) }, { values: ['phone (of the user)'], warning: true }, ['delete consent-scopes: consent scope phone (of the user) of the application "API documentation page"']],
    ['the same scope by an organization', s => { app(s, 'docs').consent.push({ type: 'organization-resource-scopes', id: 'x', name: 'read:weather', indicator: api }) }, { values: ['read:weather (by an organization)'], warning: true }, ['delete consent-scopes: consent scope read:weather (by an organization) of the application "API documentation page"']],
    ['first-party scope of agents by metadata', s => { s.cimd?.consent.push({ type: 'resource-scopes', id: 'x', name: 'manage:clients', indicator: api }) }, { kind: 'cimd-consent-scopes', values: ['manage:clients'], warning: true }, ['delete cimd-consent-scopes: consent scope manage:clients of agents with a client ID metadata document']],
    ['application of ours', s => { s.applications.push({ ...app(s, 'docs'), id: 'old', name: 'Old', customData: { scopegate: 'old-app', scopegateResource: api } }) }, { kind: 'application', subject: 'application "Old" (old)', values: ['old-app'] }, ['delete application: application "Old" (old)']]
  ]
  for (const [name, change, unmanaged, pruned] of cases) {
    const found = after(change)
    t.strictSame(found.changes, [], `${name}: left as it is`)
    t.match(found.unmanaged, [unmanaged], name)
    t.equal(found.unmanaged.length, 1, `${name}: and nothing else`)
    const prune = after(change, { prune: true })
    t.strictSame(shorts(prune), pruned, `${name}: pruned`)
    t.strictSame(prune.unmanaged, [], `${name}: nothing is left`)
  }
})

await t.test('pruning a redirect URI keeps the desired one; without pruning a missing one is added beside the others', async t => {
  const change = (s: TenantState) => { app(s, 'docs').oidcClientMetadata.redirectUris = ['https://staging.example/cb'] }
  const wanted = `${publicUrl}/docs/static/oauth2-redirect.html`
  t.match(after(change).changes[0]?.details, [{ from: ['https://staging.example/cb'], to: ['https://staging.example/cb', wanted] }])
  t.match(after(change, { prune: true }).changes[0]?.details, [{ from: ['https://staging.example/cb'], to: [wanted] }])
})

await t.test('a scope that goes takes its links with it: they are not pruned one by one', async t => {
  const found = after(s => {
    resource(s).scopes.push({ id: 'x', name: 'admin:all', description: 'All' })
    role(s).scopes.push({ id: 'x', name: 'admin:all', indicator: api })
    for (const consent of [app(s, 'docs').consent, s.cimd?.consent ?? []]) consent.push({ type: 'resource-scopes', id: 'x', name: 'admin:all', indicator: api })
  }, { prune: true })
  t.strictSame(shorts(found), ['delete scope: scope admin:all of http://localhost:3000/'])
})

await t.test('new things first, then what goes: links before what they link', async t => {
  const found = after(s => {
    role(s, 'Agent owner').scopes.pop()
    resource(s).scopes.push({ id: 'x', name: 'admin:all', description: null })
    role(s).scopes.push({ id: 'y', name: 'manage:agents', indicator: api })
    app(s, 'docs').consent.push({ type: 'user-scopes', id: 'phone', name: 'phone', indicator: undefined })
    s.applications = s.applications.filter(({ id }) => id !== 'app-chatgpt-plugin')
  }, { prune: true })
  t.strictSame(found.changes.map(({ action, kind }) => `${action} ${kind}`), [
    'update role-scopes', 'create application', 'update consent-scopes', 'delete consent-scopes', 'delete role-scopes', 'delete scope'
  ])
})

await t.test('what is not ours is never touched, not even by pruning', async t => {
  const agents = (s: TenantState) => {
    const docs = app(s, 'docs')
    const surplus = [...docs.consent, { type: 'resource-scopes' as const, id: 'x', name: 'manage:agents', indicator: api }]
    s.applications.push(
      { ...docs, id: 'stranger', name: 'Somebody else\'s', customData: {}, consent: surplus },
      { ...docs, id: 'agent', customData: { scopegateClient: { id: '1', owner: 'alice' } }, consent: surplus },
      { ...docs, id: 'both', customData: { scopegateClient: {}, scopegate: 'docs' }, consent: surplus },
      { ...docs, id: 'odd', customData: { scopegate: { key: 'docs' } }, consent: surplus },
      { ...docs, id: 'staging', customData: { scopegate: 'docs', scopegateResource: 'https://staging.example/' }, consent: surplus },
      { ...docs, id: 'left over there', customData: { scopegate: 'old-app', scopegateResource: 'https://staging.example/' }, consent: surplus },
      { ...docs, id: 'left over somewhere', customData: { scopegate: 'old-app' }, consent: surplus }
    )
    s.resources.push({ id: 'other', name: 'Other', indicator: 'https://other.example', isDefault: false, accessTokenTtl: 5, scopes: [{ id: 'o', name: 'read', description: null }] })
    s.roles.push({ id: 'r', name: 'Admin', type: 'MachineToMachine', isDefault: true, scopes: [{ id: 'o', name: 'read', indicator: 'https://other.example' }] })
    s.cimd?.consent.push({ type: 'resource-scopes', id: 'o', name: 'read', indicator: 'https://other.example' })
  }
  for (const prune of [false, true]) t.strictSame(after(agents, { prune }), nothing, `prune: ${prune}`)
})

await t.test('an application made by hand is adopted: same name, same kind, no mark', async t => {
  const byHand = (s: TenantState) => { app(s, 'docs').customData = { team: 'web' } }
  const found = after(byHand)
  t.strictSame(shorts(found), ['update application: application "API documentation page" (app-docs)'])
  t.match(found.changes[0]?.details, [{ name: 'custom data "scopegate"', from: null, to: 'docs' }])

  const others: Array<[string, Record<string, unknown>]> = [
    ['another name', { name: 'API documentation' }], ['another type', { type: 'Native' }], ['first party', { isThirdParty: false }],
    ['an agent', { customData: { scopegateClient: {} } }], ['another mark', { customData: { scopegate: 7 } }]
  ]
  for (const [name, change] of others) {
    const lines = shorts(after(s => { Object.assign(app(s, 'docs'), { customData: {} }, change) }))
    t.ok(lines.includes('create application: application "API documentation page"'), `${name}: not adopted`)
    t.notOk(lines.some(line => line.startsWith('update application') || line.startsWith('delete')), `${name}: left alone`)
  }

  t.strictSame(after(s => { s.applications.push({ ...applicationState(desired, the(desired.applications, ({ key }) => key === 'docs')), id: 'twin', customData: {} }) }), nothing, 'the marked one counts, its namesake does not')
})

await t.test('a renamed application is found by its mark, and keeps its name', async t => {
  t.strictSame(after(s => { Object.assign(app(s, 'docs'), { name: 'Our docs', description: 'ours' }) }), nothing)
})

await t.test('conflicts: what Logto can\'t change and what nobody can tell', async t => {
  const cases: Array<[string, (state: TenantState) => void, RegExp]> = [
    ['another type', s => { app(s, 'docs').type = 'Traditional' }, /^The application "API documentation page" \(app-docs\) is a third-party Traditional one and has to be a third-party SPA one, which Logto can't change/],
    ['first party', s => { app(s, 'chatgpt-plugin').isThirdParty = false }, /is a first-party Traditional one and has to be a third-party/],
    ['two with one mark', s => { s.applications.push({ ...app(s, 'docs'), id: 'second' }) }, /^Several applications are marked as ours \("scopegate": "docs" in their custom data\): app-docs, second\./],
    ['two that could be adopted', s => { app(s, 'docs').customData = {}; s.applications.push({ ...the(s.applications, ({ id }) => id === 'app-docs'), id: 'second' }) }, /^Several applications are called "API documentation page" and could be ours: app-docs, second\./],
    ['a role for machines', s => { role(s).type = 'MachineToMachine' }, /^The role "Weather user" .* is one for machines/]
  ]
  for (const [name, change, words] of cases) {
    const found = after(change)
    t.equal(found.conflicts.length, 1, name)
    t.match(found.conflicts[0], words, name)
    t.strictSame(found.changes, [], `${name}: nothing to do beside it`)
  }
})

await t.test('a resource that differs by the slash at its end is pointed out', async t => {
  const found = after(s => { resource(s).indicator = publicUrl })
  t.equal(found.changes[0]?.kind, 'resource')
  t.match(found.notes, [/^There is an API resource "Weather API" \(http:\/\/localhost:3000\), which differs from http:\/\/localhost:3000\/ by the slash at its end only/])
  t.strictSame(after(s => { resource(s).indicator = 'http://localhost:3000/api' }).notes, [], 'a path is another resource')
})

await t.test('agents by metadata: not offered; not let in while they could ask for too much', async t => {
  t.match(after(s => { s.cimd = undefined }), { changes: [], notes: [/does not offer client ID metadata documents/] })
  const open = (s: TenantState) => { s.cimd = { enabled: false, consent: [...consentEntries(desired, desired.cimd), { type: 'resource-scopes', id: 'x', name: 'manage:agents', indicator: api }] } }
  t.match(after(open), { changes: [], unmanaged: [{ warning: true }], notes: [/are not let in as yet, because they could ask for more/] })
  t.strictSame(after(open, { prune: true }).changes.map(({ action, kind }) => `${action} ${kind}`), ['delete cimd-consent-scopes', 'update cimd'], 'the surplus goes before the door opens')
})

await t.test('without a plugin: no app for it, whatever default; its former app is never deleted', async t => {
  const without = desiredTenant({ publicUrl, apiResource: api, mcpResource: api, chatgptPluginId: undefined })
  const state = settledState()
  resource(state).isDefault = false
  for (const prune of [false, true]) {
    t.match(comparison(without, state, { prune }), { changes: [], unmanaged: [], conflicts: [], notes: [/"ChatGPT plugin" \(app-chatgpt-plugin\) is left as it is, because CHATGPT_PLUGIN_ID is not set/] }, `prune: ${prune}`)
  }
})

await t.test('two resources: each has its scopes, and names say which is meant', async t => {
  const both = desiredTenant({ publicUrl, apiResource: api, mcpResource: `${publicUrl}/mcp`, chatgptPluginId: undefined })
  t.strictSame(comparison(both, settledState(both)), nothing)
  const found = comparison(both, settledState({ ...both, resources: both.resources.slice(0, 1) }))
  t.equal(found.changes.filter(({ kind }) => kind === 'scope').length, 5)
  t.match(the(found.changes, ({ kind }) => kind === 'role-scopes').details, [{ to: [...['read:weather', 'read:places', 'write:places'].map(name => `${name} of ${api}`), ...['read:weather', 'read:places', 'write:places'].map(name => `${name} of ${publicUrl}/mcp`)] }])
})

await t.test('a scope of the same name in another resource is another scope', async t => {
  const elsewhere = { id: 'x', name: 'read:weather', indicator: 'https://other.example' }
  const found = after(s => {
    app(s, 'docs').consent[0] = { type: 'resource-scopes', ...elsewhere }
    role(s).scopes[0] = elsewhere
  })
  t.strictSame(found.changes.map(({ kind }) => kind), ['role-scopes', 'consent-scopes'])
  t.strictSame(found.unmanaged, [], 'and that other one is not ours to judge')
})

await t.test('another deployment\'s permissions in our roles and apps are left alone, with --prune too', async t => {
  const theirs = { id: 'x', name: 'manage:agents', indicator: 'https://staging.example/' }
  for (const prune of [false, true]) {
    t.strictSame(after(s => {
      role(s).scopes.push(theirs)
      app(s, 'docs').consent.push({ type: 'resource-scopes', ...theirs })
    }, { prune }), nothing, `prune: ${prune}`)
  }
})

await t.test('what else of the user\'s data agents by metadata may ask for is the operator\'s decision', async t => {
  for (const prune of [false, true]) {
    t.strictSame(after(s => { s.cimd?.consent.push({ type: 'user-scopes', id: 'phone', name: 'phone', indicator: undefined }) }, { prune }), nothing, `prune: ${prune}`)
  }
})

await t.test('so is a token lifetime of 5 minutes to an hour', async t => {
  for (const seconds of [300, 600, 3600]) t.strictSame(after(s => { resource(s).accessTokenTtl = seconds }), nothing, `${seconds} s`)
  for (const seconds of [299, 3601]) t.match(after(s => { resource(s).accessTokenTtl = seconds }).changes, [{ details: [{ from: seconds, to: 3600 }] }], `${seconds} s`)
})

await t.test('an application marked by hand is ours, and learns whose it is', async t => {
  const found = after(s => { app(s, 'docs').customData = { scopegate: 'docs' } })
  t.strictSame(found.changes.map(({ subject, details }) => [subject, details]), [['application "API documentation page" (app-docs)', [{ name: 'custom data "scopegateResource"', from: null, to: api }]]])
})

await t.test('that new users get a role which the code does not give them is the operator\'s decision', async t => {
  const wanted = { ...desired, roles: desired.roles.map(one => ({ ...one, isDefault: false })) }
  for (const prune of [false, true]) t.strictSame(comparison(wanted, settledState(), { prune }), nothing)
})

await t.test('property: without --prune nothing of a tenant is ever lost; with it nothing is left over', async t => {
  const uris = fc.uniqueArray(fc.webUrl(), { maxLength: 3 })
  const names = fc.uniqueArray(fc.constantFrom('read:weather', 'write:places', 'manage:agents', 'x:y'), { maxLength: 4 })
  const tenant = fc.record({ uris, origins: uris, scopes: names, roleScopes: names, consent: names, refresh: fc.boolean(), isDefault: fc.boolean(), key: fc.constantFrom('docs', 'official-app', 'gone'), enabled: fc.boolean() })
  fc.assert(fc.property(tenant, fc.boolean(), (given, prune) => {
    const found = after(s => {
      const docs = app(s, 'docs')
      docs.oidcClientMetadata.redirectUris = given.uris
      docs.customClientMetadata = { corsAllowedOrigins: given.origins, alwaysIssueRefreshToken: given.refresh }
      docs.consent = given.consent.map(name => ({ type: 'resource-scopes', id: name, name, indicator: api }))
      resource(s).scopes = given.scopes.map(name => ({ id: name, name, description: null }))
      role(s).scopes = given.roleScopes.map(name => ({ id: name, name, indicator: api }))
      role(s).isDefault = given.isDefault
      s.applications = s.applications.filter(({ id }) => id !== `app-${given.key}`)
      if (s.cimd) s.cimd = { enabled: given.enabled, consent: docs.consent }
    }, { prune })
    if (prune) return found.unmanaged.length === 0
    return found.changes.every(({ action, details }) => action !== 'delete' && details.every(({ from, to }) => !Array.isArray(from) || from.every(one => (to as string[]).includes(one as string))))
  }))
  t.pass()
})
