import t from 'tap'
import { LogtoError, type LogtoFailure } from '../../src/logto/error.js'
import { tenantApiResource } from '../kit/tenant.js'
import { agent, gate, MINUTE, outcomeOf, silent, startWorld, withSteps } from './world.js'

// The registration service against a tenant: what Logto holds afterwards, whose clients they are, how
// many, and what a developer is told when Logto does not do its part.

const world = await startWorld(t)
const { clients, recovery } = world
const DAY = 86_400
const nameOf = (id: string) => world.application(id).name
const secretNames = (id: string) => world.application(id).secrets.map(({ name }) => name)
const secretValues = (id: string) => world.application(id).secrets.map(({ value }) => value)

await t.test('a confidential client: what its developer gets, and what Logto holds', async t => {
  const client = await clients.create('alice', { ...agent, client_uri: 'https://agent.example.com' })
  const { client_id: id, client_secret: secret } = client
  t.strictSame(client, {
    client_id: id,
    client_secret: secret,
    client_secret_expires_at: 0,
    client_id_issued_at: 1803902400,
    client_name: 'Rain Today',
    redirect_uris: ['https://agent.example.com/cb'],
    scope: 'read:weather read:places',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_uri: 'https://agent.example.com',
    created_at: '2027-03-01T12:00:00.500Z',
    updated_at: '2027-03-01T12:00:00.500Z'
  })
  const application = world.application(id)
  t.match(application, { name: 'Rain Today', type: 'Traditional', isThirdParty: true, oidcClientMetadata: { redirectUris: ['https://agent.example.com/cb'], postLogoutRedirectUris: [] } })
  t.strictSame(secretValues(id), [secret])
  t.strictSame(world.consent(id), ['read:places', 'read:weather'], 'no more than asked for')
  t.strictSame([...application.consent.userScopes].sort(), ['email', 'profile'])
  const [row] = await world.rows('alice')
  t.match(row, { clientId: id, state: 'active', dueAt: null, secretName: 'Default secret' })
  t.strictSame(application.customData, { scopegateClient: { id: row?.id, owner: 'alice' } })
  t.notOk(JSON.stringify(await world.rows()).includes(String(secret)), 'the secret is not kept here')
  const { client_secret: _secret, client_secret_expires_at: _expires, ...rest } = client
  t.strictSame(await clients.get('alice', id), rest, 'and not shown again')
})

await t.test('a public client has no secret', async t => {
  const client = await clients.create('alice', { ...agent, token_endpoint_auth_method: 'none', redirect_uris: ['http://127.0.0.1/cb'] })
  t.notOk('client_secret' in client || 'client_secret_expires_at' in client)
  t.match(world.application(client.client_id), { type: 'Native', isThirdParty: true })
  await t.rejects(clients.rotate('alice', client.client_id, DAY), { code: 'client_without_secret' })
})

await t.test('another developer\'s client does not exist', async t => {
  const { client_id: id } = await clients.create('bob', agent)
  t.strictSame((await clients.list('bob')).map(client => client.client_id), [id])
  t.notOk((await clients.list('alice')).some(client => client.client_id === id))
  for (const owner of ['alice', 'BOB', '', '%']) {
    await t.rejects(clients.get(owner, id), { code: 'client_not_found' })
    await t.rejects(clients.change(owner, id, { client_name: 'Mine now' }), { code: 'client_not_found' })
    await t.rejects(clients.rotate(owner, id, 0), { code: 'client_not_found' })
    await t.rejects(clients.remove(owner, id), { code: 'client_not_found' })
  }
  t.equal(nameOf(id), 'Rain Today')
  t.strictSame(secretNames(id), ['Default secret'])
  for (const id of ['', 'x', '\u0000', 'official-weather-app', 'weatherbot', '../x', 'x'.repeat(200)]) await t.rejects(clients.remove('alice', id), { code: 'client_not_found' }, 'an application that nobody registered is nobody\'s')
})

await t.test('changes reach Logto; what is not named, and what an operator has added, stays', async t => {
  const { client_id: id } = await clients.create('alice', agent)
  const { customData } = world.application(id)
  world.later(MINUTE)
  t.match(await clients.change('alice', id, { client_name: 'Snow Today', scope: 'write:places read:weather' }), {
    client_name: 'Snow Today', scope: 'read:weather write:places', redirect_uris: agent.redirect_uris, created_at: '2027-03-01T12:00:00.500Z', updated_at: '2027-03-01T12:01:00.500Z'
  })
  t.strictSame(world.consent(id), ['read:weather', 'write:places'], 'one permission more, one less')
  t.strictSame(world.application(id).customData, customData)
  await clients.change('alice', id, { redirect_uris: ['http://localhost:4000/cb', 'https://agent.example.com/other'] })
  t.strictSame(world.application(id).oidcClientMetadata.redirectUris, ['http://localhost:4000/cb', 'https://agent.example.com/other'])
  t.equal(nameOf(id), 'Snow Today')
  t.strictSame(secretNames(id), ['Default secret'])
  await t.rejects(clients.change('alice', id, { client_name: 'Scopegate' }), { code: 'invalid_client_metadata' })
  t.match((await world.rows('alice')).find(row => row.clientId === id), { state: 'active', wanted: null }, 'a refused change leaves nothing under way')
})

await t.test('a secret is exchanged with an overlap; the old one ends by itself', async t => {
  const { client_id: id, client_secret: first } = await clients.create('carol', agent)
  const rotated = await clients.rotate('carol', id, DAY)
  t.equal(rotated.previous_secret_expires_at, Math.floor(world.now() / 1000) + DAY)
  t.equal(rotated.client_secret_expires_at, 0)
  t.strictSame(secretValues(id), [first, rotated.client_secret], 'both work meanwhile')
  t.equal((await clients.get('carol', id)).previous_secret_expires_at, rotated.previous_secret_expires_at)

  world.later((DAY - 1) * 1000)
  await recovery.pass(silent)
  t.strictSame(secretValues(id), [first, rotated.client_secret], 'not a second too early')
  await clients.change('carol', id, { client_name: 'Snow Today' })
  world.later(2000)
  await recovery.pass(silent)
  t.strictSame(secretValues(id), [rotated.client_secret], 'also where the client was changed meanwhile')
  t.equal((await clients.get('carol', id)).previous_secret_expires_at, undefined)
})

await t.test('never more than two secrets; overlap 0 ends the old one at once', async t => {
  const { client_id: id } = await clients.create('carol', agent)
  const second = await clients.rotate('carol', id, DAY)
  const third = await clients.rotate('carol', id, DAY)
  t.strictSame(secretValues(id), [second.client_secret, third.client_secret], 'the oldest one went')
  const fourth = await clients.rotate('carol', id, 0)
  t.strictSame(secretValues(id), [fourth.client_secret])
  t.equal(fourth.previous_secret_expires_at, undefined)
  t.equal((await world.rows('carol')).find(row => row.clientId === id)?.dueAt, null, 'nothing is left to do')
})

await t.test('a deleted client is gone here and at Logto', async t => {
  const { client_id: id } = await clients.create('dave', agent)
  await clients.remove('dave', id)
  t.notOk(world.applications().some(application => application.id === id))
  t.strictSame(await world.rows('dave'), [])
  await t.rejects(clients.remove('dave', id), { code: 'client_not_found' })
})

await t.test('a client that somebody has deleted at Logto', async t => {
  const { client_id: id } = await clients.create('dave', agent)
  await world.management.ask('delete it', api => api.DELETE('/api/applications/{id}', { params: { path: { id } } }))
  await t.rejects(clients.change('dave', id, { client_name: 'Snow Today' }), { code: 'client_gone' })
  await t.rejects(clients.rotate('dave', id, DAY), { code: 'client_gone' })
  t.match(await world.rows('dave'), [{ state: 'active', metadata: { name: 'Rain Today' } }], 'it does not get stuck')
  await clients.remove('dave', id)
  t.strictSame(await world.rows('dave'), [])
})

await t.test('the limit holds for creations at the same moment, for each developer and for those without', async t => {
  const { clients } = world.start({ limit: 3, openLimit: 2 })
  const outcomes = async (owner: string | null) => Promise.all(Array.from({ length: 6 }, () => outcomeOf(clients.create(owner, agent))))
  t.strictSame((await outcomes('erin')).sort(), [...Array<string>(3).fill('client_limit_reached'), ...Array<string>(3).fill('done')])
  t.equal((await clients.list('erin')).length, 3)
  t.equal((await outcomes('frank')).filter(outcome => outcome === 'done').length, 3, 'each has their own')
  t.equal((await outcomes(null)).filter(outcome => outcome === 'done').length, 2, 'and those without a person have one together')
  t.equal((await clients.create('erin', agent).catch((error: Error) => error.message)), 'You already have 3 clients, or some that are still being created or deleted; delete one first.')
  await clients.remove('erin', (await clients.list('erin'))[0]?.client_id ?? '')
  t.equal((await outcomes('erin')).filter(outcome => outcome === 'done').length, 1, 'one less, and there is room for one')
})

const failure = (kind: LogtoFailure, more = {}) => new LogtoError({ failure: kind, step: 'do it', reason: 'Logto\'s words.', ...more })

await t.test('what a developer is told when Logto does not do its part, and that nothing is left of it', async t => {
  const before = world.applications().length
  for (const [kind, expected, code = 'some.code'] of [
    ['plan_limit', { code: 'registration_unavailable', statusCode: 503 }],
    ['rate_limited', { code: 'registration_unavailable', statusCode: 503, retryAfter: 17 }],
    ['credentials', { code: 'registration_unavailable', statusCode: 503 }],
    ['forbidden', { code: 'registration_unavailable', statusCode: 503 }],
    ['refused', { code: 'invalid_client_metadata', message: 'The authorization server does not take this: Logto\'s words.' }],
    ['refused', { code: 'registration_unavailable', statusCode: 503 }, null]
  ] as const) {
    const management = withSteps(world.management, (step, call) => step.startsWith('create an application') ? Promise.reject(failure(kind, { retryAfter: 17, ...(code === null ? {} : { code }) })) : call())
    await t.rejects(world.start({ management }).clients.create('grace', agent), expected, kind)
    t.strictSame(await world.rows('grace'), [], `${kind}: known not to have happened, so nothing is left`)
  }
  for (const step of ['let a client ask', 'read the secret']) {
    const management = withSteps(world.management, (now, call) => now.startsWith(step) ? Promise.reject(failure('server')) : call())
    await t.rejects(world.start({ management }).clients.create('grace', agent), { code: 'registration_unavailable', retryAfter: 60 }, step)
    t.strictSame(await world.rows('grace'), [], `${step}: undone at once`)
  }
  t.equal(world.applications().length, before)
})

await t.test('with a Logto that is down nothing is begun, or it is left to the recovery', async t => {
  const down = withSteps(world.management, () => Promise.reject(failure('unreachable')))
  const { clients: cut } = world.start({ management: down })
  await t.rejects(cut.create('heidi', agent), { code: 'registration_unavailable', retryAfter: 60 })
  t.strictSame(await world.rows('heidi'), [])
  const { client_id: id } = await clients.create('heidi', agent)
  await t.rejects(cut.change('heidi', id, { client_name: 'Snow Today' }), { code: 'registration_unavailable' })
  t.match(await world.rows('heidi'), [{ state: 'active' }])
  await t.rejects(cut.rotate('heidi', id, DAY), { code: 'registration_unavailable' })
  t.match(await world.rows('heidi'), [{ state: 'rotating' }], 'the new secret may be there')
  await t.rejects(cut.remove('heidi', id), { code: 'registration_unavailable' })
  t.match(await world.rows('heidi'), [{ state: 'deleting' }])
  t.strictSame(await clients.list('heidi'), [], 'for its developer it is gone already')
  await world.recover()
  t.strictSame(await world.rows('heidi'), [])
})

await t.test('what an operator has added in Logto\'s console outlives a change', async t => {
  const { client_id: id } = await clients.create('ines', agent)
  await world.tenant.tenant.change(() => { Object.assign(world.application(id).oidcClientMetadata, { postLogoutRedirectUris: ['https://agent.example.com/bye'], logoUri: 'https://agent.example.com/logo.png' }) })
  await clients.change('ines', id, { redirect_uris: ['https://agent.example.com/other'] })
  t.strictSame(world.application(id).oidcClientMetadata, { redirectUris: ['https://agent.example.com/other'], postLogoutRedirectUris: ['https://agent.example.com/bye'], logoUri: 'https://agent.example.com/logo.png' })
})

await t.test('a change that Logto refuses half-way is taken back', async t => {
  const { client_id: id } = await clients.create('ivan', agent)
  for (const step of ['change the application', 'let a client ask', 'read what a client', 'take a permission']) {
    let refused = 0
    const management = withSteps(world.management, (now, call) => now.startsWith(step) && refused++ === 0 ? Promise.reject(failure('refused', { code: 'guard.invalid_input' })) : call())
    const change = { client_name: 'Snow Today', scope: 'write:places', redirect_uris: ['http://localhost/'] }
    await t.rejects(world.start({ management }).clients.change('ivan', id, change), step.startsWith('change') ? { code: 'invalid_client_metadata' } : { code: 'registration_unavailable' }, step)
    t.match(await world.rows('ivan'), [{ state: 'active', wanted: null, metadata: { name: 'Rain Today' } }], step)
    t.equal(nameOf(id), 'Rain Today', step)
    t.strictSame(world.consent(id), ['read:places', 'read:weather'], step)
  }
})

await t.test('where /mcp has an audience of its own, a client may ask for its permissions at both', async t => {
  const mcp = 'http://localhost:3000/mcp'
  const { id } = await world.management.ask('make it', api => api.POST('/api/resources', { body: { name: 'MCP', indicator: mcp } }))
  for (const name of ['read:weather', 'read:places']) await world.management.ask('make it', api => api.POST('/api/resources/{resourceId}/scopes', { params: { path: { resourceId: id } }, body: { name } }))
  const both = world.start({ resources: [tenantApiResource, mcp] }).clients
  const { client_id: clientId } = await both.create('lena', agent)
  t.strictSame(world.consent(clientId), ['read:places', 'read:places', 'read:weather', 'read:weather'])
  await both.change('lena', clientId, { scope: 'read:places' })
  t.strictSame(world.consent(clientId), ['read:places', 'read:places'])
})

await t.test('a tenant without the permission: said before anything is begun', async t => {
  const { clients } = world.start({ resources: ['https://elsewhere.example/'] })
  await t.rejects(clients.create('judy', agent), { code: 'registration_unavailable', message: /read:weather.*scopegate logto apply/ })
  t.strictSame(await world.rows('judy'), [])
})

await t.test('while something is under way: no second change, but a deletion goes through', async t => {
  const { client_id: id } = await clients.create('kim', agent)
  const { reached, hold, goOn } = gate()
  const management = withSteps(world.management, async (step, call) => {
    if (step.startsWith('change the application')) await hold()
    return call()
  })
  const slow = outcomeOf(world.start({ management }).clients.change('kim', id, { client_name: 'Snow Today' }))
  await reached
  await t.rejects(clients.change('kim', id, { client_name: 'Fog Today' }), { code: 'client_busy', statusCode: 409 })
  await t.rejects(clients.rotate('kim', id, DAY), { code: 'client_busy' })
  t.equal((await clients.get('kim', id)).client_name, 'Rain Today', 'what is in force')
  await clients.remove('kim', id)
  goOn()
  t.match(await slow, /^(client_gone|registration_unavailable)$/, 'the change has been overtaken')
  t.strictSame(await world.rows('kim'), [])
})
