import t from 'tap'
import { LogtoError } from '../../src/logto/error.js'
import { createManagement } from '../../src/logto/management.js'
import { untyped } from '../../src/logto/plan/untyped.js'
import { askForToken } from '../../src/logto/management-token.js'
import { thirdPartyScopes } from '../../src/scopes.js'
import { startTenant, tenantApiResource as resource } from '../kit/tenant.js'
import { decode } from './helpers.js'

const { endpoint, issuer, management, credentials } = await startTenant(t)
const { ask } = management

const scopeIds = async (names: readonly string[]): Promise<string[]> => {
  const resources = await ask('list resources', api => api.GET('/api/resources', { params: { query: { includeScopes: 'true' } } }))
  const api = resources.find(({ indicator }) => indicator === resource) as unknown as { scopes: Array<{ id: string, name: string }> }
  return api.scopes.filter(({ name }) => names.includes(name)).map(({ id }) => id)
}

async function createMachine (name: string, scopes: readonly string[]) {
  const { id } = await ask('create an app', api => api.POST('/api/applications', { body: { name, type: 'MachineToMachine' } }))
  const role = await ask('create a role', api => api.POST('/api/roles', { body: { name, description: name, type: 'MachineToMachine', scopeIds: await0(scopes) } }))
  await ask('give it the role', api => api.POST('/api/applications/{applicationId}/roles', { params: { path: { applicationId: id } }, body: { roleIds: [role.id] } }))
  return id
  function await0 (names: readonly string[]): string[] { return known.filter(([one]) => names.includes(one)).map(([, id]) => id) }
}
const known: Array<[string, string]> = []
for (const name of thirdPartyScopes) known.push([name, (await scopeIds([name]))[0] ?? ''])

await t.test('a machine made through the API gets in, with what its role holds and it asks for', async t => {
  const id = await createMachine('Station', ['read:weather'])
  const [first] = await ask('read secrets', api => api.GET('/api/applications/{id}/secrets', { params: { path: { id } } }))
  const machine = { endpoint, appId: id, appSecret: first?.value ?? '', resource }
  const { token, scope } = await askForToken({ ...machine, scope: 'read:weather write:places' }, 'get a token')
  t.equal(scope, 'read:weather')
  t.match(decode(token).payload, { sub: id, client_id: id, aud: resource, scope: 'read:weather' })
  t.equal((await askForToken(machine, 'get a token')).scope, '', 'none asked, none given')
})

await t.test('two secrets count at a time; a deleted and an expired one do not', async t => {
  const id = await createMachine('Rotating', ['read:weather'])
  const path = { id }
  const [first] = await ask('read secrets', api => api.GET('/api/applications/{id}/secrets', { params: { path } }))
  const second = await ask('add a secret', api => api.POST('/api/applications/{id}/secrets', { params: { path }, body: { name: 'second', expiresAt: null } }))
  const brief = await ask('add a secret', api => api.POST('/api/applications/{id}/secrets', { params: { path }, body: { name: 'brief', expiresAt: Date.now() + 200 } }))
  const enter = (appSecret: string | undefined) => askForToken({ endpoint, appId: id, appSecret: appSecret ?? '', resource }, 'get a token')
  t.ok(await enter(first?.value))
  t.ok(await enter(second.value))
  await ask('delete a secret', api => api.DELETE('/api/applications/{id}/secrets/{name}', { params: { path: { id, name: first?.name ?? '' } } }))
  t.match(await enter(first?.value).catch((error: unknown) => error), { status: 401, code: 'oidc.invalid_client' })
  t.ok(await enter(second.value), 'the second still counts')
  await new Promise(resolve => setTimeout(resolve, 250))
  t.match(await enter(brief.value).catch((error: unknown) => error), { status: 400, code: 'oidc.invalid_request', failure: 'credentials' }, 'capture 258')
})

await t.test('without a default resource a machine has to name one', async t => {
  const resources = await ask('list resources', api => api.GET('/api/resources'))
  const id = resources.find(({ indicator }) => indicator === resource)?.id ?? ''
  const without = { endpoint, appId: 'weather-robot', appSecret: 'weather-robot-development-secret' }
  const enter = () => fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${without.appId}:${without.appSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' })
  })
  t.equal((await enter()).status, 200, 'the default')
  await ask('unset the default', api => api.PATCH('/api/resources/{id}/is-default', { params: { path: { id } }, body: { isDefault: false } }))
  const refused = await enter()
  t.equal(refused.status, 400)
  t.match(await refused.json(), { code: 'oidc.invalid_target', error_description: 'both `resource` and `organization_id` are not provided' }, 'capture 055')
  await ask('set the default', api => api.PATCH('/api/resources/{id}/is-default', { params: { path: { id } }, body: { isDefault: true } }))
})

await t.test('input that Logto refuses', async t => {
  const all = async (query: object) => ask('list users', api => api.GET('/api/users', { params: { query } })).catch((error: unknown) => error)
  t.match(await all({ page: 1, page_size: 101 }), { status: 400, code: 'guard.invalid_pagination' })
  t.match(await all({ page: 0, page_size: 20 }), { status: 400, code: 'guard.invalid_pagination' })
  t.ok(Array.isArray(await all({ page: 1, page_size: 100 })))
  t.match(await ask('create', api => api.POST('/api/applications', { body: { name: 'x'.repeat(257), type: 'SPA' } })).catch((error: unknown) => error), { status: 400, code: 'guard.invalid_input' })
  const params = { path: { applicationId: 'weatherbot', scopeType: 'no-scopes' as 'user-scopes', scopeId: 'email' } }
  t.match(await ask('delete', api => api.DELETE('/api/applications/{applicationId}/user-consent-scopes/{scopeType}/{scopeId}', { params })).catch((error: unknown) => error), { status: 400, code: 'guard.invalid_input' })
})

await t.test('lists come in pages', async t => {
  for (let number = 0; number < 25; number++) {
    await ask('create a user', api => api.POST('/api/users', { body: { username: `user_${number}` } }))
  }
  const { data, response } = await new Promise<{ data?: unknown[], response: Response }>((resolve, reject) => {
    ask('list users', async api => {
      const outcome = await api.GET('/api/users', { params: { query: { page: 2, page_size: 20 } } })
      resolve(outcome as { data?: unknown[], response: Response })
      return outcome
    }).catch(reject)
  })
  t.equal(response.headers.get('total-number'), '27', 'with Alice and Bob')
  t.equal(data?.length, 7)
  t.match(response.headers.get('link'), /page=1.*rel="first".*page=1.*rel="prev"/s)
})

await t.test('a new user gets the default roles', async t => {
  const { id } = await ask('create a user', api => api.POST('/api/users', { body: { username: 'carol' } }))
  const roles = await ask('read roles', api => api.GET('/api/users/{userId}/roles', { params: { path: { userId: id } } }))
  t.strictSame(roles.map(({ name }) => name).sort(), ['Agent owner', 'Weather user'])
})

await t.test('wrong credentials are told from missing rights', async t => {
  const wrong = createManagement({ ...credentials, appSecret: 'wrong' })
  const first = await wrong.ask('list roles', api => api.GET('/api/roles')).catch((error: unknown) => error)
  t.type(first, LogtoError)
  t.match(first, { failure: 'credentials', step: 'get a token for the Management API', message: /could not get a token .*LOGTO_M2M_APP_SECRET/ })
  const powerless = createManagement({ ...credentials, appId: 'weather-robot', appSecret: 'weather-robot-development-secret' })
  t.match(await powerless.ask('list roles', api => api.GET('/api/roles')).catch((error: unknown) => error),
    { failure: 'forbidden', status: 403, message: 'could not list roles: 403 auth.forbidden: Forbidden. Please check your user roles and permissions. Give the machine-to-machine app the role "Logto Management API access".' })
  t.notMatch(String((first as Error).stack), /development-secret/, 'no secret in it')
})

await t.test('client ID metadata documents are offered while the tenant has them switched on', async t => {
  const discovery = async () => await (await fetch(`${issuer}/.well-known/openid-configuration`)).json() as Record<string, unknown>
  const enter = async () => {
    const query = new URLSearchParams({ client_id: 'https://client.example.test/metadata.json', redirect_uri: 'http://localhost:4555/callback', response_type: 'code', scope: 'openid' })
    const response = await fetch(`${issuer}/auth?${query.toString()}`, { redirect: 'manual' })
    return { status: response.status, text: await response.text() }
  }
  t.equal((await discovery())['client_id_metadata_document_supported'], true)
  t.match(await enter(), { status: 400, text: /client_id metadata document fetch failed/ }, 'it was asked for (capture 273)')
  await ask('switch it off', api => untyped(api).PATCH('/api/configs/cimd', { body: { enabled: false } }))
  t.notOk('client_id_metadata_document_supported' in await discovery())
  t.match(await enter(), { status: 400, text: /invalid client https:\/\/client\.example\.test/ }, 'capture 267')
  await ask('switch it on', api => untyped(api).PATCH('/api/configs/cimd', { body: { enabled: true } }))
})
