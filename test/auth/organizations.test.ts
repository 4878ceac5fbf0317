import t from 'tap'
import { buildTestApp, metadataUrl, noDatabase, startTestApp } from '../kit/app.js'
import { parseChallenge } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { principalFromClaims } from '../kit/principal.js'
import { visible } from '../kit/visible.js'

// Logto's three kinds of access token, and machines beside users: what a route sees of them, and that
// a route tied to an organization is fooled by none. Shapes as a self-hosted Logto 1.42 issues them.

const issuer = await startIssuer(t)
const scope = 'read:places write:places'
const organization = 'xbz0tp0zbn1z'
const audience = `urn:logto:organization:${organization}`
const hide = { hide: true }

const tokens = {
  plain: issuer.token({ scope }),
  inOrganization: issuer.token({ scope, organization_id: organization }),
  inAnother: issuer.token({ scope, organization_id: 'another' }),
  organizationToken: issuer.token({ scope, aud: audience }),
  organizationTokenOfAnother: issuer.token({ scope, aud: 'urn:logto:organization:another' }),
  organizationTokenInAList: issuer.token({ scope, aud: [audience] }),
  organizationAndResource: issuer.token({ scope, aud: [audience, issuer.audience] }),
  twoOrganizations: issuer.token({ scope, aud: [audience, 'urn:logto:organization:another'] }),
  contradicting: issuer.token({ scope, aud: audience, organization_id: 'another' }),
  withoutScope: issuer.token({ scope: '', organization_id: organization }),
  organizationTokenWithoutScope: issuer.token({ scope: '', aud: audience })
}

const start = (organizationTokens: 'on' | 'off') => startTestApp(t, {
  issuer,
  database: noDatabase,
  env: { ORGANIZATION_TOKENS: organizationTokens },
  extend: app => {
    app.get('/org/:orgId/resource', { schema: hide, onRequest: app.requireScopes('read:places', { organization: 'orgId' }) }, async ({ principal }) => ({ organization: principal.organizationId }))
    if (organizationTokens === 'on') {
      app.get('/org/:orgId/itself', { schema: hide, onRequest: app.requireScopes({ anyOf: ['read:places'], organization: 'orgId', tokenType: 'organization' }) }, async ({ principal }) => ({ organization: principal.organizationId, type: principal.tokenType }))
    }
    app.get('/who', { schema: hide, onRequest: app.requireScopes() }, async ({ principal }) => ({ type: principal.tokenType, organization: principal.organizationId ?? null, actor: principal.actor }))
  }
})
const on = await start('on')
const off = await start('off')

/** The status for each token, twice: at first sight and when recognised. */
async function statuses (app: typeof on, path: string) {
  const seen: Record<string, number> = {}
  for (const [name, token] of Object.entries(tokens)) {
    seen[name] = (await app.call(path, token)).status
    t.equal((await app.call(path, token)).status, seen[name], `${name} at ${path}, the second time`)
  }
  return seen
}

const never = { contradicting: 401, organizationAndResource: 401, twoOrganizations: 401 }

await t.test('a route for the API resource within an organization: its own organization only', async t => {
  for (const app of [on, off]) {
    t.strictSame(await statuses(app, `/org/${organization}/resource`), {
      plain: 403,
      inOrganization: 200,
      inAnother: 403,
      organizationToken: 401,
      organizationTokenOfAnother: 401,
      organizationTokenInAList: 401,
      ...never,
      withoutScope: 403,
      organizationTokenWithoutScope: 401
    })
  }
})

await t.test('a route that asks for an organization token takes no other', async t => {
  t.strictSame(await statuses(on, `/org/${organization}/itself`), {
    plain: 401,
    inOrganization: 401,
    inAnother: 401,
    organizationToken: 200,
    organizationTokenOfAnother: 403,
    organizationTokenInAList: 200,
    ...never,
    withoutScope: 401,
    organizationTokenWithoutScope: 403
  })
})

await t.test('a route that asks for neither takes tokens for the API resource, and no organization token', async t => {
  for (const app of [on, off]) {
    t.strictSame(await statuses(app, '/who'), {
      plain: 200,
      inOrganization: 200,
      inAnother: 200,
      organizationToken: 401,
      organizationTokenOfAnother: 401,
      organizationTokenInAList: 401,
      ...never,
      withoutScope: 200,
      organizationTokenWithoutScope: 401
    })
  }
})

await t.test('the organization is compared as a whole, decoded once', async t => {
  for (const path of [organization.toUpperCase(), organization.slice(1), `${organization}x`, `${organization}%00`, `${organization}%20`, `another%2F${organization}`, 'undefined', 'null']) {
    for (const token of [tokens.plain, tokens.inOrganization]) t.equal((await on.call(`/org/${path}/resource`, token)).status, 403, visible(path))
  }
  t.equal((await on.call(`/org/%78${organization.slice(1)}/resource`, tokens.inOrganization)).status, 200, 'the same text, percent-encoded')
})

await t.test('the refusals say what to ask for', async t => {
  const wrong = await on.call(`/org/${organization}/resource`, tokens.plain)
  t.match(await wrong.json(), { code: 'wrong_organization', status: 403 })
  t.match(parseChallenge(wrong.headers.get('www-authenticate')), { error: 'insufficient_scope', error_description: /organization_id/, scope: 'read:places', resource_metadata: metadataUrl })
  const kind = await on.call(`/org/${organization}/itself`, tokens.inOrganization)
  t.match(await kind.json(), { code: 'invalid_token', detail: /organization token/ })
})

await t.test('machines are told apart from users', async t => {
  const type = async (changes: object) => (await (await on.call('/who', issuer.token({ ...changes }))).json() as { actor: string }).actor
  t.equal(await type({}), 'user')
  t.equal(await type({ sub: 'machine', client_id: 'machine' }), 'machine')
  t.equal(await type({ sub: 'machine', client_id: 'Machine' }), 'user')
})

await t.test('the id in an organization audience', async t => {
  const rules = { issuer: 'i', audiences: ['a'], leeway: 5, organizationTokens: true }
  const claims = { iss: 'i', sub: 's', client_id: 'c', jti: 'j', iat: 1000, exp: 2000 }
  t.match(principalFromClaims({ ...claims, aud: audience }, rules, 1500), { tokenType: 'organization', organizationId: organization })
  t.match(principalFromClaims({ ...claims, aud: audience, organization_id: organization }, rules, 1500), { organizationId: organization }, 'said twice alike')
  for (const aud of ['urn:logto:organization:', 'urn:logto:organization', 'URN:logto:organization:x', ' urn:logto:organization:x', 'urn:logto:organization:a\nb', 'urn:logto:organizations:x']) {
    t.throws(() => principalFromClaims({ ...claims, aud }, rules, 1500), { code: 'invalid_token' }, visible(aud))
  }
  t.throws(() => principalFromClaims({ ...claims, aud: audience }, { ...rules, organizationTokens: false }, 1500), { code: 'invalid_token' })
})

await t.test('what can\'t be meant stops the boot and is named', async t => {
  const boot = async (url: string, options: Record<string, unknown>) => (await buildTestApp(t, {
    issuer, database: noDatabase, extend: app => app.get(url, { schema: hide, onRequest: app.requireScopes('read:places', options) }, async () => '')
  })).ready()
  await t.rejects(boot('/x/:id', { organization: 'orgId' }), /GET \/x\/:id: the path has no parameter ":orgId"/)
  await t.rejects(boot('/x/:orgIdx', { organization: 'orgId' }), /no parameter ":orgId"/)
  await t.rejects(boot('/x/:orgId', { organization: 'orgId', tokenType: 'organization' }), /GET \/x\/:orgId asks for an organization token, which ORGANIZATION_TOKENS=on would allow/)
  await t.rejects(boot('/x/:orgId', { tokenType: 'organization' }), /tokenType needs organization/)
  await t.rejects(boot('/x/:orgId', { anyOf: ['write:places'] }), /not both/)
})
