import t, { type Test } from 'tap'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import { makeApplication, makeResource, makeScope, makeUser } from '../../src/dev/tenant/make.js'
import type { Status } from '../../src/logto/doctor/check.js'
import { examine, resultOf, startHouse, statuses, type Examination } from './doctor-house.js'

// `scopegate logto doctor` on a whole set-up: a healthy one passes, and each way of breaking the tenant
// is found by the check that is there for it, and by no other.

const house = await startHouse(t)
const { publicUrl, tenant, env, whileChanged } = house
const apiResource = `${publicUrl}/`
const healthy = await house.examine()

const apply = /scopegate logto apply/
const scopeId = (data: TenantData, name: string) => Object.values(data.scopes).find(scope => scope.name === name)?.id ?? 'none'
const role = (data: TenantData, name: string) => Object.values(data.roles).find(one => one.name === name) ?? t.bailout(`no role ${name}`) as never
const app = (data: TenantData, id: string) => data.applications[id] ?? t.bailout(`no application ${id}`) as never
const resource = (data: TenantData) => Object.values(data.resources).find(one => one.indicator === apiResource) ?? t.bailout('no resource') as never

/** The check says so, with these words, and every other check says what it said of the healthy set-up. */
function onlyFound (t: Test, examination: Examination, id: string, status: Status, words: RegExp, remedy: RegExp, alsoSkipped: string[] = []) {
  const expected = Object.fromEntries([[id, status], ...alsoSkipped.map(one => [one, 'skip'])])
  t.strictSame(statuses(examination, healthy), expected, `${id} finds it, and nobody else`)
  const { detail, remedy: found = '' } = resultOf(examination, id)
  t.match(detail, words)
  t.match(found, remedy)
  t.equal(examination.code, status === 'fail' ? 1 : 0, 'exit code')
  t.notMatch(examination.output, tenant.credentials.appSecret)
}

await t.test('a healthy set-up: everything passes, but for the user without a role', async t => {
  const { 'users-without-role': users, ...others } = statuses(healthy)
  t.strictSame(Object.entries(others).filter(([, status]) => status !== 'pass'), [])
  t.equal(users, 'warn')
  t.match(resultOf(healthy, 'users-without-role').detail, /1 user without the role "Weather user": bob\. 1 user without the role "Agent owner": bob\./)
  t.equal(healthy.code, 0)
  t.strictSame(healthy.summary, { pass: healthy.checks.length - 1, warn: 1, fail: 0, skip: 0 })
  t.ok(healthy.checks.every(({ title, detail }) => title !== '' && detail !== ''))
})

await t.test('nothing is changed and nothing secret is printed', async t => {
  const before = JSON.stringify(tenant.tenant.data)
  const { output } = await house.examine()
  t.equal(JSON.stringify(tenant.tenant.data), before)
  t.notMatch(output, tenant.credentials.appSecret)
  t.notMatch(output, /eyJ|Bearer /, 'no token')
})

await t.test('with the embedded authorization server: the same checks, but https is nobody\'s business', async t => {
  const { PUBLIC_URL } = env
  const embedded = await examine({ PUBLIC_URL: PUBLIC_URL ?? '', AS_PORT: new URL(tenant.endpoint).port, WEATHER_SOURCE: 'observations' })
  t.strictSame(statuses(embedded, healthy), { 'public-url': 'skip' })
  t.match(resultOf(embedded, 'public-url').detail, /embedded/)
  t.equal(embedded.code, 0)
})

await t.test('scopes: missing, described otherwise, unknown', async t => {
  const missing = await whileChanged(data => { delete data.scopes[scopeId(data, 'write:places')] })
  onlyFound(t, missing, 'scopes', 'fail', /lacks "write:places"/, apply)
  const described = await whileChanged(data => { (data.scopes[scopeId(data, 'read:places')] ?? { description: '' }).description = 'Anything' })
  onlyFound(t, described, 'scopes', 'warn', /"read:places" otherwise/, apply)
  const unknown = await whileChanged(data => {
    const scope = makeScope({ resourceId: resource(data).id, name: 'read:minds' })
    data.scopes[scope.id] = scope
  })
  onlyFound(t, unknown, 'scopes', 'warn', /"read:minds"/, /--prune/)
})

const needsResource = ['scopes', 'token-lifetime', 'default-api', 'roles', 'own-consent', 'machine-token']

await t.test('API resource: none, or one that is almost the same', async t => {
  const none = await whileChanged(data => { resource(data).indicator = 'https://elsewhere.example/' })
  onlyFound(t, none, 'api-resource', 'fail', /^There is no API resource with the indicator "[^"]+"\.$/, apply, needsResource)
  const near: Array<[string, RegExp]> = [
    [publicUrl, /the trailing slash is missing/],
    [apiResource.replace('http:', 'https:'), /begins with https: instead of http:/],
    [apiResource.replace('localhost', 'LocalHost'), /upper and lower case/]
  ]
  for (const [indicator, words] of near) {
    const found = await whileChanged(data => { resource(data).indicator = indicator })
    onlyFound(t, found, 'api-resource', 'fail', words, new RegExp(`API_RESOURCE=${indicator} instead`), needsResource)
    t.match(resultOf(found, 'scopes').detail, /needs api-resource/)
  }
})

await t.test('a second audience for MCP is looked at like the first', async t => {
  const mcp = `${publicUrl}/mcp`
  const missing = await house.examine({ MCP_RESOURCE: mcp })
  t.equal(statuses(missing)['api-resource'], 'fail')
  t.match(resultOf(missing, 'api-resource').detail, /\/mcp"/)
  t.equal(statuses(missing)['mcp-resource-metadata'], 'fail', 'the running service knows nothing of it')
  const without = await whileChanged(data => {
    const second = makeResource({ name: 'MCP', indicator: mcp })
    data.resources[second.id] = second
  }, { MCP_RESOURCE: mcp })
  t.equal(statuses(without)['api-resource'], 'pass')
  t.equal(statuses(without)['scopes'], 'fail')
  t.match(resultOf(without, 'scopes').detail, new RegExp(`^${mcp} lacks`))
})

await t.test('token lifetime: too long, too short', async t => {
  onlyFound(t, await whileChanged(data => { resource(data).accessTokenTtl = 3601 }), 'token-lifetime', 'warn', /live 3601 s; Logto can't take one back/, /API resources/)
  onlyFound(t, await whileChanged(data => { resource(data).accessTokenTtl = 299 }), 'token-lifetime', 'warn', /live 299 s only/, /API resources/)
  t.equal(statuses(await whileChanged(data => { resource(data).accessTokenTtl = 300 }))['token-lifetime'], 'pass')
})

await t.test('default API: none, another; not needed where there is no plugin', async t => {
  onlyFound(t, await whileChanged(data => { resource(data).isDefault = false }), 'default-api', 'fail', /is not the tenant's default API\./, apply)
  const other = await whileChanged(data => {
    resource(data).isDefault = false
    const second = makeResource({ name: 'Other', indicator: 'https://other.example/', isDefault: true })
    data.resources[second.id] = second
  })
  onlyFound(t, other, 'default-api', 'fail', /\(https:\/\/other\.example\/ is\)/, apply)

  const noPlugin = { ...env }
  delete noPlugin['CHATGPT_PLUGIN_ID']
  const { data } = tenant.tenant
  const kept = structuredClone(data)
  await tenant.tenant.change(data => { resource(data).isDefault = false })
  const marked = await examine(noPlugin)
  t.strictSame(statuses(marked, healthy), { 'default-api': 'fail', 'chatgpt-app': 'warn', 'chatgpt-domain': 'skip' }, 'a marked app of the plugin is a plugin, too')
  await tenant.tenant.change(data => { delete data.applications['chatgpt-plugin'] })
  const without = await examine(noPlugin)
  t.strictSame(statuses(without, healthy), { 'default-api': 'skip', 'chatgpt-app': 'skip', 'chatgpt-domain': 'skip' })
  t.equal(without.code, 0)
  await house.restore(kept)
})

await t.test('roles: missing, lacking a scope, with one too much, for machines', async t => {
  const missing = await whileChanged(data => { delete data.roles[role(data, 'Agent owner').id] })
  onlyFound(t, missing, 'roles', 'fail', /no role "Agent owner"/, apply)
  const lacking = await whileChanged(data => { role(data, 'Weather user').scopeIds = role(data, 'Weather user').scopeIds.filter(id => id !== scopeId(data, 'read:weather')) })
  onlyFound(t, lacking, 'roles', 'fail', /"Weather user" lacks read:weather/, apply)
  const more = await whileChanged(data => { role(data, 'Weather user').scopeIds.push(scopeId(data, 'manage:clients')) })
  onlyFound(t, more, 'roles', 'warn', /"Weather user" also has manage:clients/, /--prune/)
  const machine = await whileChanged(data => { role(data, 'Agent owner').type = 'MachineToMachine' })
  onlyFound(t, machine, 'roles', 'fail', /"Agent owner" is one for machines/, /Rename it/)
})

await t.test('roles: new users do not get them', async t => {
  onlyFound(t, await whileChanged(data => { role(data, 'Weather user').isDefault = false }), 'default-roles', 'fail', /do not get the role "Weather user"/, apply)
})

await t.test('users without a role: named up to five, counted over many pages', async t => {
  const all = await whileChanged(data => { for (const user of Object.values(data.users)) user.roleIds.push(role(data, 'Weather user').id, role(data, 'Agent owner').id) })
  t.strictSame(statuses(all, healthy), { 'users-without-role': 'pass' })
  const many = await whileChanged(data => {
    for (let number = 1; number <= 320; number += 1) {
      const user = makeUser({ id: `user-${number}`, username: number === 7 ? null : `person-${number}` })
      if (number > 10) user.roleIds.push(role(data, 'Weather user').id, role(data, 'Agent owner').id)
      data.users[user.id] = user
    }
  })
  t.strictSame(statuses(many, healthy), {})
  const { detail, remedy } = resultOf(many, 'users-without-role')
  t.match(detail, /^11 users without the role "Weather user": \S+, \S+, \S+, \S+, \S+ and 6 more\. 11 users/)
  t.match(remedy, /under Roles/)
})

await t.test('own apps: not there, there twice, of the wrong kind', async t => {
  for (const [id, application] of [['official-app', 'official-weather-app'], ['docs-app', 'docs'], ['chatgpt-app', 'chatgpt-plugin']] as const) {
    const unmarked = await whileChanged(data => { app(data, application).customData = {} })
    onlyFound(t, unmarked, id, 'fail', /no application marked as/, apply, id === 'docs-app' ? ['docs-client-id'] : [])
  }
  const twice = await whileChanged(data => {
    const second = makeApplication({ name: 'Second', type: 'Traditional', customData: { scopegate: 'official-app' } })
    data.applications[second.id] = second
  })
  onlyFound(t, twice, 'official-app', 'fail', /Several applications are marked as "official-app": /, /delete those that are not used/)
  const elsewhere = await whileChanged(data => {
    const staging = makeApplication({ name: 'Staging', type: 'Traditional', customData: { scopegate: 'official-app', scopegateResource: 'https://staging.example/' } })
    data.applications[staging.id] = staging
  })
  t.equal(statuses(elsewhere)['official-app'], 'pass', 'another deployment\'s is not counted')
  const kind = await whileChanged(data => { app(data, 'official-weather-app').isThirdParty = true })
  onlyFound(t, kind, 'official-app', 'fail', /is a third-party Traditional application, but has to be a first-party Traditional one/, /delete the application/)
})

await t.test('redirect URIs: missing, almost right, foreign', async t => {
  const uri = `${publicUrl}/app/callback`
  const near = await whileChanged(data => { app(data, 'official-weather-app').oidcClientMetadata.redirectUris = [`${uri}/`] })
  onlyFound(t, near, 'official-app', 'fail', new RegExp(`lacks the redirect URI ${uri}: nobody can sign in\\. It has "${uri}/": it has a trailing slash too much`), apply)
  const none = await whileChanged(data => { app(data, 'docs').oidcClientMetadata.redirectUris = [] })
  onlyFound(t, none, 'docs-app', 'fail', /oauth2-redirect\.html: nobody can sign in\. It has none\./, apply)
  const plugin = await whileChanged(data => { app(data, 'chatgpt-plugin').oidcClientMetadata.redirectUris = ['https://chat.openai.com/aip/another/oauth/callback'] })
  onlyFound(t, plugin, 'chatgpt-app', 'fail', /aip\/plugin-scopegate\/oauth\/callback: nobody can sign in\. It has "[^"]*another/, apply)
  const foreign = await whileChanged(data => { app(data, 'official-weather-app').oidcClientMetadata.redirectUris.push('https://evil.example/callback', 'not a url') })
  onlyFound(t, foreign, 'official-app', 'warn', /other redirect URIs: "https:\/\/evil\.example\/callback", "not a url"/, /--prune/)
})

await t.test('settings of own apps: refresh token, CORS origin', async t => {
  const refresh = await whileChanged(data => { app(data, 'chatgpt-plugin').customClientMetadata = {} })
  onlyFound(t, refresh, 'chatgpt-app', 'warn', /does not always get a refresh token/, apply)
  const cors = await whileChanged(data => { app(data, 'docs').customClientMetadata = { corsAllowedOrigins: [`${publicUrl}/`] } })
  onlyFound(t, cors, 'docs-app', 'fail', new RegExp(`lacks the CORS origin ${publicUrl}:`), apply)
})

await t.test('DOCS_CLIENT_ID: another, none', async t => {
  onlyFound(t, await house.examine({ DOCS_CLIENT_ID: 'weatherbot' }), 'docs-client-id', 'fail', /signs in as "weatherbot"/, /DOCS_CLIENT_ID=docs /)
  onlyFound(t, await house.examine({ DOCS_CLIENT_ID: '' }), 'docs-client-id', 'warn', /is not set/, /DOCS_CLIENT_ID=docs /)
})

await t.test('third-party apps: one that may ask for more than the catalogue allows, wherever it stands in the list', async t => {
  const bot = await whileChanged(data => { app(data, 'weatherbot').consent.resourceScopes.push(scopeId(data, 'manage:agents')) })
  onlyFound(t, bot, 'third-party-consent', 'fail', new RegExp(`"WeatherBot" \\(weatherbot\\) may ask for manage:agents of ${apiResource}, which`), /weatherbot, Permissions/)
  const management = await whileChanged(data => { app(data, 'docs').consent.resourceScopes.push('management-api-all') })
  onlyFound(t, management, 'third-party-consent', 'fail', /all of the Management API/, /Permissions/)
  for (const place of ['first', 'last']) {
    const many = await whileChanged(data => {
      for (let number = 1; number <= 240; number += 1) {
        const application = makeApplication({ id: `agent-${number}`, name: `Agent ${number}`, type: 'Traditional', isThirdParty: true })
        if (number === (place === 'first' ? 1 : 240)) application.consent.resourceScopes.push(scopeId(data, 'manage:clients'))
        data.applications[application.id] = application
      }
    })
    onlyFound(t, many, 'third-party-consent', 'fail', place === 'first' ? /^"Agent 1" [^.]*manage:clients/ : /^"Agent 240" [^.]*manage:clients/, /Permissions/)
  }
  const first = await whileChanged(data => { app(data, 'official-weather-app').consent.resourceScopes.push(scopeId(data, 'manage:clients')) })
  t.strictSame(statuses(first, healthy), {}, 'first-party apps may')
})

await t.test('own third-party apps that lack scopes', async t => {
  const lacking = await whileChanged(data => { app(data, 'docs').consent = { resourceScopes: [scopeId(data, 'read:weather')], userScopes: ['profile'] } })
  onlyFound(t, lacking, 'own-consent', 'warn', /"API documentation page" may not ask for read:places, write:places, email;/, apply)
})

await t.test('client ID metadata documents: too much, off, too little', async t => {
  onlyFound(t, await whileChanged(data => { data.cimd.consent.resourceScopes.push(scopeId(data, 'manage:agents')) }), 'cimd', 'fail', /manage:agents/, /--prune/)
  onlyFound(t, await whileChanged(data => { data.cimd.enabled = false }), 'cimd', 'warn', /are not let in/, apply)
  onlyFound(t, await whileChanged(data => { data.cimd.consent.resourceScopes = [] }), 'cimd', 'warn', /may not ask for read:weather, read:places, write:places/, apply)
})

await t.test('a name of somebody else\'s app can\'t fake a line of the report', async t => {
  const evil = 'Nice\u001b[2K\r\n\u2713 All is well\u202e'
  const { output, checks } = await whileChanged(data => {
    app(data, 'weatherbot').name = evil
    app(data, 'weatherbot').consent.resourceScopes.push(scopeId(data, 'manage:agents'))
  })
  t.notOk(output.includes('\u001b') || output.includes('\u202e') || output.includes('\\u001b'))
  t.match(checks.find(({ id }) => id === 'third-party-consent')?.detail, /^"Nice\ufffd\[2K\ufffd\ufffd\u2713 All is well\ufffd" \(weatherbot\)/)
})
