import t from 'tap'
import * as shown from '../../routes/examples/clients.js'
import { problemBody } from '../../src/errors.js'
import { startClientsApp } from '../routes/clients-app.js'

// The examples of the routes about clients are answers of this service, but for what is new each time.

const registrationToken = 'registration-token-of-the-test'
const { send, token } = await startClientsApp(t, { env: { REGISTRATION_TOKEN: registrationToken } })
const alice = token('user-alice')

/** Identifiers, secrets and moments differ; that they are there, and their form, has to agree. */
function withoutNews (value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => {
    if (['client_id_issued_at', 'previous_secret_expires_at'].includes(key)) return Number.isInteger(inner) ? 'seconds' : inner
    if (['client_id', 'client_secret', 'created_at', 'updated_at'].includes(key)) return String(inner).replace(/[a-zA-Z]/g, 'a').replace(/[a\d]/g, '0')
    return inner
  }))
}

await t.test('the life of a client', async t => {
  const made = await (await send('POST', '/v1/clients', alice, shown.newClientExample)).json() as { client_id: string }
  const path = `/v1/clients/${made.client_id}`
  t.strictSame(withoutNews(made), withoutNews(shown.createdClientExample))
  t.strictSame(withoutNews(await (await send('GET', path, alice)).json()), withoutNews(shown.clientExample))
  t.strictSame(withoutNews(await (await send('GET', '/v1/clients', alice)).json()), withoutNews(shown.clientsExample))
  t.strictSame(withoutNews(await (await send('PATCH', path, alice, shown.clientChangesExample)).json()), withoutNews(shown.changedClientExample))
  t.strictSame(withoutNews(await (await send('POST', `${path}/secrets`, alice, shown.rotationExample)).json()), withoutNews(shown.rotatedClientExample))
  t.equal((await send('DELETE', path, alice)).status, 204)
  t.strictSame(await (await send('GET', path, alice)).json(), problemBody(shown.noSuchClient))
})

await t.test('refusals', async t => {
  const refused = { ...shown.newClientExample, redirect_uris: ['http://rain.example.com/callback'] }
  t.strictSame(await (await send('POST', '/v1/clients', alice, refused)).json(), shown.invalidMetadataExample)
  t.strictSame(await (await send('POST', '/v1/clients', alice, '{')).json(), problemBody(shown.malformedBody))
  const open = await (await send('POST', '/v1/clients', alice, { ...shown.newClientExample, token_endpoint_auth_method: 'none' })).json() as { client_id: string }
  t.strictSame(await (await send('POST', `/v1/clients/${open.client_id}/secrets`, alice)).json(), problemBody(shown.noSecret))
  t.strictSame(await (await send('POST', '/oauth/register', 'x'.repeat(30), shown.newClientExample)).json(), problemBody(shown.notTheToken))
  t.equal((await send('POST', '/oauth/register', registrationToken, shown.newClientExample)).status, 201)
})

await t.test('without credentials for Logto', async t => {
  const without = await startClientsApp(t, { management: null, env: { LOGTO_M2M_APP_ID: '', LOGTO_M2M_APP_SECRET: '' } })
  t.strictSame(await (await without.send('GET', '/v1/clients', without.token('user-alice'))).json(), problemBody(shown.noRegistration))
})
