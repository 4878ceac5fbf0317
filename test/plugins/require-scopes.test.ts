import type { FastifyInstance } from 'fastify'
import Fastify from 'fastify'
import t from 'tap'
import { registerPublic } from '../../plugins/register-public.js'
import { buildTestApp, noDatabase, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// The judgement of the route table at boot: what was forgotten or contradicts itself stops the start
// and is named.

const issuer = await startIssuer(t)
const handler = async () => 'handled'
const hidden = { schema: { hide: true } }
const attempt = (work: () => unknown): unknown => {
  try { return work() } catch { return 'refused' }
}
const boot = async (extend: (app: FastifyInstance) => unknown) => {
  const app = await buildTestApp(t, { issuer, database: noDatabase, extend })
  await app.ready()
}

await t.test('a route that says nothing stops the boot and is named', async t => {
  await t.rejects(boot(app => app.get('/forgotten', hidden, handler)), /GET \/forgotten has neither requireScopes nor config\.public/)
  await t.rejects(boot(app => app.post('/a/forgotten/:id', hidden, handler)), /POST \/a\/forgotten\/:id/)
  await t.rejects(boot(app => app.route({ method: ['PUT', 'PATCH'], url: '/both', handler, ...hidden })), /PUT\|PATCH \/both/)
  await t.rejects(boot(app => app.all('/everything', hidden, handler)), /\/everything/)
  await t.rejects(boot(app => app.get('/*', hidden, handler)), /GET \/\*/)
  await t.rejects(boot(app => app.register(async inner => { inner.get('/nested', hidden, handler) }, { prefix: '/v2' })), /GET \/v2\/nested/, 'in a plugin with a prefix')
  await t.rejects(boot(app => app.get('/almost', { ...hidden, config: { public: 'yes' as unknown as true } }, handler)), /GET \/almost/, 'only true is true')
})

await t.test('a hook of one\'s own, or one for all routes of a plugin, is no declaration', async t => {
  await t.rejects(boot(app => app.get('/own', { ...hidden, onRequest: async () => {} }, handler)), /GET \/own has neither/)
  await t.rejects(boot(app => app.register(async inner => {
    inner.addHook('onRequest', app.requireScopes('read:places'))
    inner.get('/by-plugin', hidden, handler)
  })), /GET \/by-plugin has neither/, 'documents could not be read from it')
})

await t.test('contradictions are named', async t => {
  await t.rejects(boot(app => app.get('/contradiction', { ...hidden, onRequest: app.requireScopes(), config: { public: true } }, handler)), /GET \/contradiction is both public and guarded/)
  await t.rejects(boot(app => app.get('/twice', { ...hidden, onRequest: [app.requireScopes('read:places'), app.requireScopes('write:places')] }, handler)), /GET \/twice: requireScopes stands twice/)
  for (const hook of ['preHandler', 'preValidation', 'preParsing', 'onSend', 'preSerialization', 'onResponse', 'onError'] as const) {
    await t.rejects(boot(app => app.get('/late', { ...hidden, [hook]: app.requireScopes('read:places') }, handler)), /GET \/late: requireScopes belongs into onRequest/, hook)
    await t.rejects(boot(app => app.get('/late', { ...hidden, [hook]: [async () => {}, app.requireScopes('read:places')] }, handler)), /GET \/late/, `${hook}, in a list`)
  }
})

await t.test('what the documents say can\'t be had without the check itself', async t => {
  await t.rejects(boot(app => app.get('/by-hand', { ...hidden, config: { scopeRequirement: { alternatives: [['read:places']], organization: undefined, resource: 'api', noStore: true } } }, handler)), /GET \/by-hand: scopeRequirement is filled in from requireScopes/)
  await t.rejects(boot(app => app.register(async inner => {
    inner.addHook('onRoute', route => { route.onRequest = async () => {} })
    inner.get('/replaced', { ...hidden, onRequest: app.requireScopes('read:places') }, handler)
  })), /GET \/replaced has lost the requireScopes it was declared with/)
})

await t.test('who was refused is known to the log alone', async t => {
  const seen: unknown[] = []
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      app.addHook('onSend', async request => { if (request.routeOptions.url === '/mine') seen.push(request.caller?.sub, attempt(() => request.principal.sub)) })
      app.get('/mine', { ...hidden, onRequest: app.requireScopes('write:places') }, handler)
    }
  })
  t.equal((await call('/mine', issuer.token({ scope: 'read:places' }))).status, 403)
  t.equal((await call('/mine', issuer.token({ scope: 'write:places' }))).status, 200)
  t.equal((await call('/mine')).status, 401)
  t.strictSame(seen, ['user-alice', 'refused', 'user-alice', 'user-alice', undefined, 'refused'])
})

await t.test('scopes that are not in the catalogue are named', async t => {
  const misspelt = 'read:palces' as 'read:places'
  await t.rejects(boot(app => app.get('/typo', { ...hidden, onRequest: app.requireScopes(misspelt) }, handler)), /GET \/typo: unknown scope "read:palces"/)
  await t.rejects(boot(app => app.get('/typo', { ...hidden, onRequest: app.requireScopes('read:places', misspelt) }, handler)), /"read:palces"/)
  await t.rejects(boot(app => app.get('/typo', { ...hidden, onRequest: app.requireScopes({ anyOf: ['read:places', misspelt] }) }, handler)), /"read:palces"/)
  await t.rejects(boot(app => app.get('/typo', { ...hidden, onRequest: app.requireScopes('toString' as 'read:places') }, handler)), /"toString"/, 'an inherited member is no scope')
  await t.rejects(boot(app => app.get('/empty', { ...hidden, onRequest: app.requireScopes({ anyOf: [] }) }, handler)), /anyOf needs at least one scope/)
})

await t.test('what is declared boots and is held to it: all of, any of, among other hooks, HEAD after its GET', async t => {
  const order: string[] = []
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      app.get('/open', { ...hidden, config: { public: true } }, handler)
      app.get('/all', { ...hidden, onRequest: app.requireScopes('read:places', 'read:weather') }, handler)
      app.get('/any', { ...hidden, onRequest: app.requireScopes({ anyOf: ['read:places', 'read:weather'] }) }, handler)
      app.get('/listed', { ...hidden, onRequest: [async () => { order.push('own') }, app.requireScopes('read:places')] }, async () => { order.push('handler') })
      app.head('/head-alone', { ...hidden, onRequest: app.requireScopes('read:places') }, handler)
    }
  })
  const status = async (path: string, scope: string, method = 'GET') => (await call(path, issuer.token({ scope }), { method })).status
  t.equal((await call('/open')).status, 200)
  t.equal(await status('/all', 'read:places'), 403)
  t.equal(await status('/all', 'read:places read:weather'), 200)
  t.equal(await status('/any', 'read:weather'), 200)
  t.equal(await status('/any', 'write:places'), 403)
  t.equal(await status('/listed', 'write:places'), 403)
  t.strictSame(order, ['own'], 'the handler did not run')
  for (const path of ['/all', '/any', '/listed', '/head-alone']) {
    t.equal((await call(path, undefined, { method: 'HEAD' })).status, 401, `HEAD ${path} without a token`)
    t.equal(await status(path, 'manage:agents', 'HEAD'), 403, `HEAD ${path} without the scope`)
  }
  t.equal(await status('/all', 'read:places read:weather', 'HEAD'), 200)
  t.equal((await call('/open', undefined, { method: 'HEAD' })).status, 200)
})

await t.test('the table of the app as it is: every route is one or the other', async t => {
  const app = await buildTestApp(t, { issuer, database: noDatabase })
  await app.ready()
  const guarded = app.routeTable.filter(route => route.config?.scopeRequirement).map(route => `${String(route.method)} ${route.url}`).sort()
  t.strictSame(guarded, [
    'DELETE /v1/clients/:id', 'DELETE /v1/places/:id',
    'GET /v1/clients', 'GET /v1/clients/:id', 'GET /v1/forecast', 'GET /v1/me', 'GET /v1/observations', 'GET /v1/places',
    'HEAD /v1/clients', 'HEAD /v1/clients/:id', 'HEAD /v1/forecast', 'HEAD /v1/me', 'HEAD /v1/observations', 'HEAD /v1/places',
    'PATCH /v1/clients/:id', 'PATCH /v1/places/:id',
    'POST /mcp', 'POST /v1/clients', 'POST /v1/clients/:id/secrets', 'POST /v1/places'
  ])
  t.ok(app.routeTable.every(route => (route.config?.public === true) !== (route.config?.scopeRequirement !== undefined)))
  t.ok(app.routeTable.every(route => route.config?.public !== true || !route.url.startsWith('/v1')), 'nothing under /v1 is public')
})

await t.test('registerPublic: routes below its path are public, any other stops the boot', async t => {
  const plugin = (...paths: string[]) => async (app: FastifyInstance) => { for (const path of paths) app.get(path, hidden, handler) }
  const { call } = await startTestApp(t, { issuer, database: noDatabase, extend: app => registerPublic(app, '/files', plugin('/files', '/files/*'), {}) })
  t.equal((await call('/files/a')).status, 200)
  t.equal((await call('/files')).status, 200)
  for (const outside of ['/other', '/', '/filesystem', '/v1/files', '/file']) {
    await t.rejects(boot(app => registerPublic(app, '/files', plugin(outside), {})), new RegExp(`GET ${outside} is outside /files`), outside)
  }
})

await t.test('request.principal can not be read where no token was checked, nor written', async t => {
  const { call } = await startTestApp(t, {
    issuer,
    database: noDatabase,
    extend: app => {
      app.get('/public-reader', { ...hidden, config: { public: true } }, async request => request.principal.sub)
      app.get('/writer', { ...hidden, onRequest: app.requireScopes() }, async request => {
        try { Object.assign(request, { principal: { sub: 'mallory' } }) } catch { /* a getter alone */ }
        return request.principal.sub
      })
    }
  })
  const read = await call('/public-reader', issuer.token())
  t.equal(read.status, 500)
  t.match(await read.json(), { code: 'internal_error', detail: 'Something went wrong on our side.' })
  t.equal(await (await call('/writer', issuer.token())).text(), 'user-alice')
})

await t.test('the plugins ask for each other by name', async t => {
  const { default: requireScopes } = await import('../../plugins/require-scopes.js')
  const app = Fastify()
  t.teardown(() => app.close())
  await t.rejects(async () => { await app.register(requireScopes) }, /auth/)
})
