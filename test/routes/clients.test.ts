import t from 'tap'
import { visible } from '../kit/visible.js'
import { agent, refused, refusedMetadata, startClientsApp } from './clients-app.js'

// Registration over HTTP: the life of a client in RFC 7591's names, whose clients they are, who may
// come in at all, and the two forms of errors.

const lines: string[] = []
const { send, token, tenant } = await startClientsApp(t, { logger: { level: 'info', stream: { write: (line: string) => { lines.push(line) } } } })
const alice = token('user-alice')
const bob = token('user-bob')
type Client = Record<string, unknown> & { client_id: string, client_secret: string }
const create = async (owner: string, more = {}) => await (await send('POST', '/v1/clients', owner, { ...agent, ...more })).json() as Client
const list = async (owner: string) => (await (await send('GET', '/v1/clients', owner)).json() as { clients: Client[] }).clients

await t.test('the life of a client', async t => {
  t.strictSame(await list(alice), [])
  const created = await send('POST', '/v1/clients', alice, agent)
  t.equal(created.status, 201)
  t.equal(created.headers.get('cache-control'), 'no-store')
  const client = await created.json() as Client
  const { client_id: id, client_secret: secret } = client
  t.equal(created.headers.get('location'), `/v1/clients/${id}`)
  t.match(client, { ...agent, client_secret: /^\w{32}$/, client_secret_expires_at: 0, client_id_issued_at: Number, token_endpoint_auth_method: 'client_secret_basic', grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'], created_at: /Z$/, updated_at: /Z$/ })

  const { client_secret: _secret, client_secret_expires_at: _expires, ...rest } = client
  const read = await send('GET', `/v1/clients/${id}`, alice)
  t.equal(read.headers.get('cache-control'), 'no-store')
  t.strictSame(await read.json(), rest, 'read again: without the secret')
  t.strictSame(await list(alice), [rest])

  const changed = await send('PATCH', `/v1/clients/${id}`, alice, { client_name: 'Snow Today', client_uri: 'https://agent.example.com' })
  t.equal(changed.status, 200)
  t.match(await changed.json(), { client_name: 'Snow Today', client_uri: 'https://agent.example.com', scope: 'read:weather' })

  const rotated = await send('POST', `/v1/clients/${id}/secrets`, alice)
  t.equal(rotated.status, 201, 'without a body')
  t.equal(rotated.headers.get('cache-control'), 'no-store')
  const again = await rotated.json() as Client
  t.match(again, { client_id: id, client_secret: /^\w{32}$/, previous_secret_expires_at: Number })
  t.not(again.client_secret, secret)
  const ended = await send('POST', `/v1/clients/${id}/secrets`, alice, { overlap_seconds: 0 })
  t.notOk('previous_secret_expires_at' in (await ended.json() as Client))

  const removed = await send('DELETE', `/v1/clients/${id}`, alice)
  t.equal(removed.status, 204)
  t.equal(await removed.text(), '')
  await refused(t, await send('GET', `/v1/clients/${id}`, alice), 404, 'client_not_found', 'after it is gone')

  const log = lines.join('')
  for (const action of ['client registered', 'client changed', 'client secret rotated', 'client deleted']) t.ok(lines.some(line => line.includes(`"msg":"${action}"`) && line.includes(`"client_id":"${id}"`) && line.includes('"owner":"user-alice"')), action)
  for (const hidden of [secret, again.client_secret, alice]) t.notOk(log.includes(hidden), 'no secret and no token is logged')
})

await t.test('another developer\'s client does not exist', async t => {
  const { client_id: id } = await create(alice)
  t.strictSame(await list(bob), [])
  for (const [method, path, body] of [['GET', '', undefined], ['PATCH', '', { client_name: 'Mine now' }], ['POST', '/secrets', {}], ['DELETE', '', undefined]] as const) await refused(t, await send(method, `/v1/clients/${id}${path}`, bob, body), 404, 'client_not_found', method)
  for (const other of ['weatherbot', 'official-weather-app', '%00', '..%2F', 'x'.repeat(90), '__proto__', '%F0%9F%8F%A0']) await refused(t, await send('DELETE', `/v1/clients/${other}`, alice), 404, 'client_not_found', other)
  t.match(await list(alice), [{ client_id: id, client_name: 'Rain Today' }], 'untouched')
  t.ok('weatherbot' in tenant.tenant.data.applications)
})

await t.test('who may come in', async t => {
  for (const [method, path] of [['GET', ''], ['HEAD', ''], ['POST', ''], ['GET', '/x'], ['PATCH', '/x'], ['POST', '/x/secrets'], ['DELETE', '/x']] as const) {
    const name = `${method} /v1/clients${path}`
    t.equal((await send(method, `/v1/clients${path}`, undefined)).status, 401, `${name} without a token`)
    const poor = await send(method, `/v1/clients${path}`, token('user-alice', { scope: 'read:weather manage:agents' }))
    t.equal(poor.status, 403, `${name} without the scope`)
    t.match(poor.headers.get('www-authenticate'), /scope="manage:clients"/)
    if (method !== 'HEAD') await refused(t, await send(method, `/v1/clients${path}`, token('robot', { client_id: 'robot' }), method === 'GET' || method === 'DELETE' ? undefined : agent), 403, 'forbidden', `${name} by a machine`)
  }
})

await t.test('errors about metadata: RFC 7591 section 3.2.2', async t => {
  const { client_id: id } = await create(alice)
  const before = await list(alice)
  for (const [change, error] of [
    [{ redirect_uris: ['http://agent.example.com'] }, 'invalid_redirect_uri'], [{ redirect_uris: 'https://agent.example.com' }, 'invalid_redirect_uri'], [{ redirect_uris: [] }, 'invalid_redirect_uri'], [{ redirect_uris: [7] }, 'invalid_redirect_uri'],
    [{ client_name: 'Scopegate' }, 'invalid_client_metadata'], [{ client_name: 'Official WeatherApp' }, 'invalid_client_metadata'], [{ client_name: 7 }, 'invalid_client_metadata'], [{ client_name: 'Rаin' }, 'invalid_client_metadata'],
    [{ scope: 'manage:clients' }, 'invalid_client_metadata'], [{ scope: ['read:weather'] }, 'invalid_client_metadata'], [{ token_endpoint_auth_method: 'private_key_jwt' }, 'invalid_client_metadata'],
    [{ grant_types: ['client_credentials'] }, 'invalid_client_metadata'], [{ response_types: ['token'] }, 'invalid_client_metadata'], [{ logo_uri: 'http://agent.example.com/x.png' }, 'invalid_client_metadata']
  ] as const) {
    await refusedMetadata(t, await send('POST', '/v1/clients', alice, { ...agent, ...change }), error, `POST ${visible(change)}`)
    await refusedMetadata(t, await send('PATCH', `/v1/clients/${id}`, alice, { client_name: 'Snow Today', ...change }), error, `PATCH ${visible(change)}`)
  }
  for (const missing of ['client_name', 'redirect_uris', 'scope']) await refusedMetadata(t, await send('POST', '/v1/clients', alice, { ...agent, [missing]: undefined }), missing === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata', `without ${missing}`)
  for (const body of ['null', '[]', '"x"', '7', '']) await refusedMetadata(t, await send('POST', '/v1/clients', alice, body), 'invalid_client_metadata', `body ${visible(body)}`)
  await refusedMetadata(t, await send('PATCH', `/v1/clients/${id}`, alice, {}), 'invalid_client_metadata', 'nothing to change')
  t.strictSame(await list(alice), before)
})

await t.test('all other errors: problems', async t => {
  const { client_id: id } = await create(alice, { token_endpoint_auth_method: 'none' })
  await refused(t, await send('POST', '/v1/clients', alice, '{'), 400, 'bad_request', 'no JSON')
  await refused(t, await send('POST', '/v1/clients', alice, '{"__proto__":{"scope":"read:weather"}}'), 400, 'bad_request', 'the prototype')
  await refused(t, await send('POST', '/v1/clients', alice, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type', 'a form')
  await refused(t, await send('POST', '/v1/clients', alice, { ...agent, software_id: 'x'.repeat(17_000) }), 413, 'payload_too_large', 'too large')
  await refused(t, await send('POST', `/v1/clients/${id}/secrets`, alice), 409, 'client_without_secret', 'a public client')
  for (const body of [{ overlap_seconds: -1 }, { overlap_seconds: 604_801 }, { overlap_seconds: '60' }, { overlap_seconds: 1.5 }, { overlap: 60 }, []]) await refused(t, await send('POST', `/v1/clients/${id}/secrets`, alice, body), 400, 'validation_failed', visible(body))
})

await t.test('members that are not understood are ignored (RFC 7591 section 2)', async t => {
  const client = await create(token('user-carol'), { contacts: ['x'], owner: 'user-bob', client_id: 'mine', client_secret: 'mine', isThirdParty: false })
  t.not(client.client_id, 'mine')
  t.notOk('contacts' in client)
  t.equal(tenant.tenant.data.applications[client.client_id]?.isThirdParty, true)
})

await t.test('ten clients a developer, then 409', async t => {
  const dora = token('user-dora')
  for (let number = 1; number <= 10; number += 1) await create(dora)
  await refused(t, await send('POST', '/v1/clients', dora, agent), 409, 'client_limit_reached', 'the eleventh')
  t.equal((await list(dora)).length, 10)
})

interface Operation {
  requestBody?: { content: Record<string, { schema: { properties: object, required: string[] } }> }
  responses: Record<string, { content: object }>
  security: object[]
}

await t.test('the OpenAPI document describes what is taken, and both forms of errors', async t => {
  const { paths } = await (await send('GET', '/openapi.json', undefined)).json() as { paths: Record<string, Record<string, Operation>> }
  const post = paths['/v1/clients']?.['post']
  t.match(Object.keys(post?.requestBody?.content['application/json']?.schema.properties ?? {}), ['client_name', 'redirect_uris', 'scope', 'token_endpoint_auth_method'])
  t.strictSame(post?.requestBody?.content['application/json']?.schema.required, ['client_name', 'redirect_uris', 'scope'])
  t.strictSame(Object.keys(post?.responses['400']?.content ?? {}), ['application/json', 'application/problem+json'])
  t.strictSame(post?.security, [{ logto: ['manage:clients'] }])
  t.notOk('/oauth/register' in paths, 'open registration is off')
})
