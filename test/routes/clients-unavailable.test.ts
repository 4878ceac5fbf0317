import t from 'tap'
import { LogtoError } from '../../src/logto/error.js'
import type { Management } from '../../src/logto/management.js'
import { startTenant } from '../kit/tenant.js'
import { agent, refused, refusedMetadata, startClientsApp } from './clients-app.js'

// Without Management API credentials, and with a Logto that fails: said in words, with the right status.

const tenant = await startTenant(t)

await t.test('no credentials: 503 to those who might otherwise come in', async t => {
  const { send, token } = await startClientsApp(t, { tenant, management: null })
  for (const [method, path, body] of [['GET', '', undefined], ['POST', '', agent], ['GET', '/x', undefined], ['PATCH', '/x', agent], ['POST', '/x/secrets', {}], ['DELETE', '/x', undefined]] as const) {
    await refused(t, await send(method, `/v1/clients${path}`, token('user-alice'), body), 503, 'registration_unavailable', `${method} ${path}`)
    t.equal((await send(method, `/v1/clients${path}`, token('user-alice', { scope: '' }), body)).status, 403)
  }
  t.match(await (await send('GET', '/v1/clients', token('user-alice'))).json(), { detail: /LOGTO_M2M_APP_ID/ })
})

await t.test('a Logto that fails', async t => {
  let error = new LogtoError({ failure: 'rate_limited', step: 'do it', reason: 'Too many requests.', retryAfter: 17 })
  const management = { ask: () => Promise.reject(error), find: () => Promise.reject(error), endpoint: '' } as unknown as Management
  const { send, token } = await startClientsApp(t, { tenant, management })
  const limited = await send('POST', '/v1/clients', token('user-alice'), agent)
  t.equal(limited.headers.get('retry-after'), '17')
  await refused(t, limited, 503, 'registration_unavailable', 'too many requests')
  error = new LogtoError({ failure: 'unreachable', step: 'do it', reason: 'No answer.' })
  const away = await send('POST', '/v1/clients', token('user-alice'), agent)
  t.equal(away.headers.get('retry-after'), '60')
  await refused(t, away, 503, 'registration_unavailable', 'away')
  error = new LogtoError({ failure: 'plan_limit', step: 'do it', reason: 'No more apps.' })
  const full = await send('POST', '/v1/clients', token('user-alice'), agent)
  t.equal(full.headers.get('retry-after'), null, 'waiting does not help')
  await refused(t, full, 503, 'registration_unavailable', 'the plan')
  await refusedMetadata(t, await send('POST', '/v1/clients', token('user-alice'), { ...agent, scope: '' }), 'invalid_client_metadata', 'what is wrong in itself needs no Logto')
})
