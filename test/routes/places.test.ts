import t, { type Test } from 'tap'
import { openTestDatabase, startTestApp } from '../kit/app.js'
import { rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { visible } from '../kit/visible.js'

// Saved places over HTTP: the life of a place, nobody else's places, and bodies that are refused
// as they are instead of being repaired.

const issuer = await startIssuer(t)
const database = await openTestDatabase(t)
const { port, call } = await startTestApp(t, { issuer, database })
const alice = issuer.token()
const bob = issuer.token({ sub: 'user-bob' })
const home = { name: 'Home', latitude: 47.6, longitude: -122.3 }
const json = { 'content-type': 'application/json' }

interface Place { id: string, name: string, latitude: number, longitude: number }

const send = (method: string, path: string, token: string, body: unknown, headers: Record<string, string> = json) =>
  call(path, token, { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
const list = async (token: string) => (await (await call('/v1/places', token)).json() as { places: Place[] }).places
const create = async (token: string, body: object = home) => {
  const answer = await send('POST', '/v1/places', token, body)
  return { status: answer.status, place: await answer.json() as Place }
}
async function refused (t: Test, answer: Response, status: number, code: string, name: string) {
  t.equal(answer.status, status, name)
  t.equal(answer.headers.get('content-type'), 'application/problem+json', name)
  t.match(await answer.json(), { status, code }, name)
}

await t.test('the life of a place', async t => {
  t.strictSame(await list(alice), [])
  const { status, place } = await create(alice)
  t.equal(status, 201)
  t.match(place.id, /^[0-9a-f-]{36}$/)
  t.strictSame(place, { id: place.id, ...home })
  const second = (await create(alice, { ...home, name: 'Work' })).place
  t.strictSame(await list(alice), [place, second], 'oldest first')

  const renamed = await send('PATCH', `/v1/places/${place.id}`, alice, { name: 'Cabin' })
  t.equal(renamed.status, 200)
  t.strictSame(await renamed.json(), { ...place, name: 'Cabin' }, 'what is not named stays')
  const moved = await send('PATCH', `/v1/places/${place.id}`, alice, { latitude: 0, longitude: 0 })
  t.strictSame(await moved.json(), { id: place.id, name: 'Cabin', latitude: 0, longitude: 0 }, 'zero is a value')
  t.strictSame((await list(alice)).map(one => one.name), ['Cabin', 'Work'])

  const head = await call('/v1/places', alice, { method: 'HEAD' })
  t.equal(head.status, 200)
  t.equal(await head.text(), '')
  const removed = await call(`/v1/places/${place.id}`, alice, { method: 'DELETE' })
  t.equal(removed.status, 204)
  t.equal(await removed.text(), '')
  await refused(t, await call(`/v1/places/${place.id}`, alice, { method: 'DELETE' }), 404, 'place_not_found', 'a second time')
  await refused(t, await send('PATCH', `/v1/places/${place.id}`, alice, { name: 'x' }), 404, 'place_not_found', 'after it is gone')
  t.strictSame(await list(alice), [second])
})

await t.test('another user\'s place does not exist', async t => {
  const { place } = await create(alice, { ...home, name: 'Secret' })
  t.strictSame(await list(bob), [])
  await refused(t, await send('PATCH', `/v1/places/${place.id}`, bob, { name: 'Mine' }), 404, 'place_not_found', 'PATCH')
  await refused(t, await call(`/v1/places/${place.id}`, bob, { method: 'DELETE' }), 404, 'place_not_found', 'DELETE')
  await refused(t, await send('POST', '/v1/places', bob, { ...home, owner: 'user-alice' }), 400, 'validation_failed', 'POST for another')
  await refused(t, await send('PATCH', `/v1/places/${place.id}`, alice, { owner: 'user-bob' }), 400, 'validation_failed', 'PATCH to another')
  t.match((await list(alice)).at(-1), { id: place.id, name: 'Secret' }, 'untouched')
  const upper = issuer.token({ sub: 'USER-ALICE' })
  t.strictSame(await list(upper), [], 'the subject is compared exactly')
  t.strictSame(await list(issuer.token({ sub: "' OR '1'='1" })), [], 'the subject is a value, not SQL')
  t.equal((await list(issuer.token({ client_id: 'another-agent' }))).length, 2, 'one user\'s places, whichever agent asks')
})

await t.test('an id that is none is a 404, whatever it is', async t => {
  for (const id of ['1', 'x', '%00', '..%2F', '00000000-0000-0000-0000-000000000000', 'a'.repeat(90), "' OR 1=1", '%F0%9F%8F%A0', '{}', '__proto__']) {
    await refused(t, await send('PATCH', `/v1/places/${id}`, alice, { name: 'x' }), 404, 'place_not_found', id)
  }
})

await t.test('each scope opens its own operations and no others', async t => {
  const { place } = await create(alice)
  const reader = issuer.token({ scope: 'read:places' })
  const writer = issuer.token({ scope: 'write:places' })
  t.equal((await call('/v1/places', reader)).status, 200)
  t.equal((await send('POST', '/v1/places', reader, home)).status, 403)
  t.equal((await send('PATCH', `/v1/places/${place.id}`, reader, { name: 'x' })).status, 403)
  t.equal((await call(`/v1/places/${place.id}`, reader, { method: 'DELETE' })).status, 403)
  t.equal((await call('/v1/places', writer)).status, 403)
  t.equal((await call('/v1/places', writer, { method: 'HEAD' })).status, 403)
  t.equal((await call(`/v1/places/${place.id}`, writer, { method: 'DELETE' })).status, 204)
})

await t.test('names: what is taken comes back as it was sent', async t => {
  for (const name of ['x', ' padded ', 'Zu Hause – Köln', '🏠', '👩‍👩‍👧‍👦', '🏠'.repeat(100), 'x'.repeat(100), '家', 'עברית', '<b>"&\'\\', '{{name}}', '%00', '\u200b.', '\u00a0x']) {
    const { status, place } = await create(issuer.token({ sub: 'namer' }), { ...home, name })
    t.equal(status, 201, visible(name))
    t.equal(place.name, name)
  }
  t.equal((await list(issuer.token({ sub: 'namer' }))).length, 14)
})

await t.test('bodies that are refused, and nothing is kept of them', async t => {
  const before = await list(alice)
  const { place } = await create(alice)
  const names: unknown[] = ['', ' ', '   ', '\u00a0', '\u3000', 'x'.repeat(101), '🏠'.repeat(101), 'a\u0000b', '\u0000', 'a\nb', 'tab\t', '\u007f', '\u0085', 'lone \ud800', '\udc00 lone', 1, null, true, ['x'], {}]
  const degrees: unknown[] = ['1', '', '47.6', null, true, [1], {}, 'NaN']
  const wrong: Array<[string, unknown]> = [
    ...names.map((name): [string, unknown] => [`name ${visible(name)}`, { name }]),
    ...[...degrees, 90.000001, -90.000001, 91, 1e300].map((latitude): [string, unknown] => [`latitude ${visible(latitude)}`, { latitude }]),
    ...[...degrees, 180.000001, -180.000001, -181].map((longitude): [string, unknown] => [`longitude ${visible(longitude)}`, { longitude }]),
    ['an unknown property', { note: 'x' }],
    ['an id of one\'s own', { id: place.id }],
    ['a property in other case', { Name: 'x' }],
    ['a created time', { createdAt: '2020-01-01' }]
  ]
  for (const [name, change] of wrong) {
    await refused(t, await send('POST', '/v1/places', alice, { ...home, ...change as object }), 400, 'validation_failed', `POST ${name}`)
    await refused(t, await send('PATCH', `/v1/places/${place.id}`, alice, change), 400, 'validation_failed', `PATCH ${name}`)
  }
  for (const missing of ['name', 'latitude', 'longitude']) await refused(t, await send('POST', '/v1/places', alice, { ...home, [missing]: undefined }), 400, 'validation_failed', `without ${missing}`)
  for (const body of [{}, [], [home], 'null', '"x"', '1']) {
    await refused(t, await send('POST', '/v1/places', alice, body), 400, 'validation_failed', `POST ${visible(body)}`)
    await refused(t, await send('PATCH', `/v1/places/${place.id}`, alice, body), 400, 'validation_failed', `PATCH ${visible(body)}`)
  }
  t.strictSame(await list(alice), [...before, place])
})

await t.test('bounds themselves are taken', async t => {
  for (const [latitude, longitude] of [[90, 180], [-90, -180], [0, 0], [47.12345678901234, 1e-12]] as const) {
    t.match((await create(issuer.token({ sub: 'traveller' }), { name: 'x', latitude, longitude })), { status: 201, place: { latitude, longitude } })
  }
})

await t.test('DELETE may name the content type without having a body, as many clients do', async t => {
  const { place } = await create(alice)
  t.equal((await send('DELETE', `/v1/places/${place.id}`, alice, '')).status, 204)
})

await t.test('malformed JSON, and JSON that means to reach the prototype', async t => {
  const before = await list(alice)
  await refused(t, await send('POST', '/v1/places', alice, ''), 400, 'validation_failed', 'an empty body is none')
  for (const body of ['{', '{"name":', 'name=x', '{"name":"a","latitude":1e,"longitude":1}', '{"name":"a","latitude":NaN,"longitude":1}', '{"name":"a","latitude":01,"longitude":1}', '\u00ef\u00bb\u00bf{', `${JSON.stringify(home)}x`, "{'name':'a'}"]) {
    await refused(t, await send('POST', '/v1/places', alice, body), 400, 'bad_request', visible(body))
  }
  for (const body of ['{"name":"a","latitude":1e999,"longitude":1}', '{"name":"a","latitude":1,"longitude":-1e999}']) await refused(t, await send('POST', '/v1/places', alice, body), 400, 'validation_failed', body)
  const members = '"name":"a","latitude":1,"longitude":1'
  for (const body of [`{"__proto__":{"name":"x"},${members}}`, `{"__proto__":{${members}}}`, `{"constructor":{"prototype":{"admin":true}},${members}}`, `{"\\u005f_proto__":{},${members}}`]) {
    t.equal((await send('POST', '/v1/places', alice, body)).status, 400, body)
  }
  t.equal(({} as Record<string, unknown>)['admin'], undefined)
  t.strictSame(await list(alice), before)
})

await t.test('content types: JSON it is, or it is refused', async t => {
  const sub = 'typist'
  const token = issuer.token({ sub })
  const status = async (...headers: string[]) =>
    (await rawRequest(port, requestText('POST /v1/places', [`Authorization: Bearer ${token}`, ...headers], JSON.stringify({ ...home, extra: 1 })))).status
  // The body has an unknown property: whatever reads it as JSON has to find that (400, never 201).
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON', ' application/json', 'application/json ', 'application/json;', 'application/json\t; a=b']) t.equal(await status(`Content-Type: ${type}`), 400, visible(type))
  for (const type of [
    'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', 'application/xml', 'application/jsonx', 'application/json+x', 'xapplication/json',
    'application/json, text/plain', 'application/json text/plain', 'application/json\ta', 'application / json', 'application/\tjson', '*/*', 'json', 'application/octet-stream'
  ]) {
    t.match(String(await status(`Content-Type: ${type}`)), /^4(00|15)$/, visible(type))
  }
  t.match(String(await status()), /^4(00|15)$/, 'none')
  t.match(String(await status('Content-Type:')), /^4(00|15)$/, 'empty')
  await refused(t, await send('POST', '/v1/places', token, JSON.stringify(home), { 'content-type': 'text/plain' }), 415, 'unsupported_media_type', 'text/plain')
  await refused(t, await send('POST', '/v1/places', token, new URLSearchParams({ name: 'x', latitude: '1', longitude: '1' }).toString(), { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type', 'a form')
  t.strictSame(await list(token), [], 'nothing of all this was saved')
})

await t.test('too large a body: 413, before it is read, and only for those who may write', async t => {
  const big = JSON.stringify({ ...home, name: 'x'.repeat(17 * 1024) })
  await refused(t, await send('POST', '/v1/places', alice, big), 413, 'payload_too_large', 'with a token')
  t.equal((await send('POST', '/v1/places', issuer.token({ scope: 'read:places' }), big)).status, 403)
  t.equal((await send('POST', '/v1/places', 'x', big)).status, 401)
})

await t.test('200 places a user, then 409; one less and there is room again', async t => {
  const token = issuer.token({ sub: 'collector' })
  for (let number = 1; number <= 200; number += 1) {
    if ((await create(token, { ...home, name: `Place ${number}` })).status !== 201) t.fail(`place ${number} was refused`)
  }
  await refused(t, await send('POST', '/v1/places', token, home), 409, 'place_limit_reached', 'the 201st')
  const places = await list(token)
  t.strictSame(places.map(place => place.name), Array.from({ length: 200 }, (_, index) => `Place ${index + 1}`))
  t.equal((await create(bob)).status, 201, 'the limit is each user\'s own')
  t.equal((await call(`/v1/places/${places[0]?.id}`, token, { method: 'DELETE' })).status, 204)
  t.equal((await create(token)).status, 201)
})
