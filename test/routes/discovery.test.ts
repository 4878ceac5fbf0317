import t from 'tap'
import { escapeHtml, inlineHtml } from '../../src/discovery/markup.js'
import { waysIn, type WaysOptions } from '../../src/discovery/ways.js'
import { scopeCatalogue, thirdPartyScopes, allScopes } from '../../src/scopes.js'
import { noDatabase, publicUrl, startTestApp } from '../kit/app.js'
import { startIssuer } from '../kit/issuer.js'

// What people and agents are told first says what the routes are, and nothing else.

const issuer = await startIssuer(t)
const credentials = { LOGTO_M2M_APP_ID: 'machine', LOGTO_M2M_APP_SECRET: 'not-used-here' }
const full = await startTestApp(t, { issuer, database: noDatabase, env: { ...credentials, DOCS_CLIENT_ID: 'docs-client', REGISTRATION_TOKEN: 'a-token-of-twenty-letters' } })
const bare = await startTestApp(t, { issuer, database: noDatabase })

type Call = typeof full.call
const read = async (path: string, call: Call = full.call) => await (await call(path)).text()
const [start, llms] = [await read('/'), await read('/llms.txt')]
/** The page as its reader sees it. */
const unescaped = (html: string) => html.replace(/<[^>]+>/g, '').replace(/&#(\d+);/g, (_match, code: string) => String.fromCharCode(Number(code)))
const pages = { '/': unescaped(start), '/llms.txt': llms }

interface Operation { operationId: string, summary: string, tags: string[], security?: Array<{ logto?: string[] }> }
type Paths = Record<string, Record<string, Operation>>
const { paths } = await (await full.call('/openapi.json')).json() as { paths: Paths }
const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, ...operation })))
const isAskable = (scope: string) => thirdPartyScopes.some(one => one === scope)
const forThirdParties = operations.filter(({ security }) => security?.some(({ logto }) => logto?.every(isAskable)))
const firstParty = operations.filter(one => one.security?.every(({ logto }) => logto !== undefined) === true && !forThirdParties.includes(one))

await t.test('every operation and permission that third parties may have is there, and no other', async t => {
  t.ok(forThirdParties.length >= 7 && firstParty.length >= 6, 'there are both kinds')
  for (const [page, text] of Object.entries(pages)) {
    for (const { name, summary } of forThirdParties) t.ok(text.includes(name) && text.includes(summary), `${page}: ${name}`)
    for (const scope of allScopes) {
      t.equal(text.includes(scope), isAskable(scope), `${page}: ${scope}`)
      t.equal(text.includes(scopeCatalogue[scope].description), isAskable(scope), `${page}: what ${scope} means`)
    }
    // The address where developers register is told as a way in.
    for (const { name, operationId } of firstParty.filter(one => one.name !== 'POST /v1/clients')) t.notOk(text.includes(`${name} `) || text.includes(operationId), `${page}: not ${name}`)
    t.notMatch(text, /\{\{|\}\}|undefined|\[object|HEAD \//, `${page}: nothing is left to fill in`)
    for (const address of [issuer.issuer, `${publicUrl}/`]) t.ok(text.includes(address), `${page}: ${address}`)
  }
  for (const { name, security = [] } of forThirdParties) {
    const line = llms.split('\n').find(one => one.startsWith(`- [${name}]`)) ?? ''
    t.equal(line.includes('Takes '), /forecast|observations|POST|PATCH/.test(name), `${name}: what it takes`)
    for (const scope of security.flatMap(one => one.logto ?? [])) t.ok(line.includes(`\`${scope}\``), `${name} is said to need ${scope}`)
  }
})

await t.test('llms.txt has the form of llmstxt.org', async t => {
  const answer = await full.call('/llms.txt')
  t.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8')
  const [head = '', ...sections] = llms.split(/^## /m)
  t.match(head, /^# [^\n]+\n\n> [^\n]+\n/, 'a title and a summary')
  t.notMatch(head.slice(2), /^#/m, 'no other heading before the sections')
  t.ok(sections.length >= 3)
  for (const section of sections) {
    const [title = '', ...lines] = section.trim().split('\n').filter(line => line !== '')
    t.ok(lines.length > 0 && lines.every(line => /^- \[[^\]]+\]\(https?:\/\/[^)\s]+\): \S/.test(line)), `${title}: links with notes`)
  }
})

await t.test('every link answers; a link to an operation opens it on the documentation page', async t => {
  const links = new Set([...start.matchAll(/(?:href|src)="(\/[^"]*)"/g), ...llms.matchAll(new RegExp(`\\(${publicUrl}(/[^)]*)\\)`, 'g'))].map(([, link = '']) => unescaped(link)))
  t.ok(links.size >= 15)
  // Without a database this app is not ready; the address is there all the same.
  for (const link of links) t.equal((await full.call(link)).status, link === '/health/ready' ? 503 : 200, link)
  const shown = await (await full.call('/docs/json')).json() as { paths: Paths }
  const anchors = Object.values(shown.paths).flatMap(methods => Object.values(methods)).map(({ tags, operationId }) => `/docs#/${tags[0] ?? ''}/${operationId}`)
  const deep = [...links].filter(link => link.startsWith('/docs#'))
  t.equal(deep.length, forThirdParties.length)
  for (const link of deep) t.ok(anchors.includes(link), link)
  const foreign = [...llms.matchAll(/\]\((https?:[^)]*)\)/g)].map(([, link = '']) => new URL(link).origin).filter(origin => origin !== publicUrl)
  t.same([...new Set(foreign)], [issuer.endpoint], 'else only the authorization server is linked')
})

await t.test('the documentation page shows the same operations, and says that there are more', async t => {
  const shown = await (await full.call('/docs/json')).json() as { paths: Paths, tags: Array<{ name: string }>, info: { description: string } }
  const names = Object.entries(shown.paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
  t.same(names.filter(name => name !== 'POST /oauth/register').sort(), forThirdParties.map(one => one.name).sort())
  t.match(shown.info.description, /left out here; \[the whole document\]\(\/openapi.json\)/)
  t.notMatch(JSON.stringify(shown), /manage:/)
  t.ok(shown.tags.every(({ name }) => JSON.stringify(shown.paths).includes(`"${name}"`)), 'no heading without operations')
})

await t.test('programs find the documents from the bare address', async t => {
  const header = (await full.call('/')).headers.get('link') ?? ''
  for (const [relation, path] of Object.entries({ 'service-desc': '/openapi.json', 'service-doc': '/docs', alternate: '/llms.txt', 'terms-of-service': '/legal' })) {
    t.match(header, `<${path}>; rel="${relation}"`)
    t.match(start, new RegExp(`<link rel="${relation}"[^>]* href="${path}">`))
  }
})

await t.test('a way in stands there exactly when it is there', async t => {
  const bareTexts = { '/': unescaped(await read('/', bare.call)), '/llms.txt': await read('/llms.txt', bare.call) }
  for (const page of ['/', '/llms.txt'] as const) {
    for (const way of ['In the browser', 'POST /v1/clients', '/oauth/register']) {
      t.ok(pages[page].includes(way), `${page}: ${way}`)
      t.notOk(bareTexts[page].includes(way), `${page}: no ${way} where it is switched off`)
    }
    for (const way of ['ChatGPT plugin', 'GPT Actions', 'client_id_metadata_document_supported', 'PKCE (S256)']) t.ok(bareTexts[page].includes(way), `${page}: ${way}, always`)
    for (const [url, way] of [['/mcp', 'POST https://api.example.test/mcp'], ['/oauth/token', 'https://api.example.test/oauth/token']] as const) {
      t.equal(pages[page].includes(way), full.app.hasRoute({ method: 'POST', url }), `${page}: ${url}`)
    }
  }
})

await t.test('with the front door on: both ways stand there, and REST still leads to Logto', async t => {
  const { call } = await startTestApp(t, { issuer, database: noDatabase, env: { OAUTH_FRONT_DOOR: 'on' } })
  const ways = (await read('/llms.txt', call)).split('\n')
  const way = (title: string) => ways.find(line => line.startsWith(`- [${title}`)) ?? ''
  t.match(way('REST'), `send the person to \`${issuer.issuer}/auth\`, exchange the code at \`${issuer.issuer}/token\``)
  for (const title of ['OAuth for clients', 'GPT Actions']) t.match(way(title), `\`${publicUrl}/oauth/token\``, title)
})

await t.test('ways in: each by itself', async t => {
  const addresses = { publicUrl, issuer: 'https://as.test/oidc', authorizationEndpoint: 'https://as.test/oidc/auth', tokenEndpoint: 'https://as.test/oidc/token', apiResource: `${publicUrl}/`, mcpResource: `${publicUrl}/mcp` }
  const titles = (routes: string[], more: Partial<WaysOptions> = {}) => waysIn({ ...addresses, scope: 'a b', docsSignIn: false, registration: false, cimdScopes: ['a'], has: (method, url) => routes.includes(`${method} ${url}`), ...more })
  const always = titles([]).map(way => way.title)
  const added = (routes: string[], more?: Partial<WaysOptions>) => titles(routes, more).filter(way => !always.includes(way.title)).map(way => way.title)
  t.same(always, ['REST with OAuth 2.0', 'ChatGPT plugin', 'GPT Actions', 'Without registration'])
  t.same(added([], { docsSignIn: true }), ['In the browser'])
  t.notOk(titles([], { cimdScopes: [] }).some(way => way.title === 'Without registration'), 'nothing for such clients: the way is not named')
  t.match(titles([], { cimdScopes: ['b', 'c'] }).find(way => way.title === 'Without registration'), { text: /at most `b`, `c`\.$/ })
  t.same(added(['POST /mcp']), ['MCP'])
  t.same(added(['POST /oauth/token']), ['OAuth for clients that can\'t send "resource"'])
  t.same(added(['POST /v1/clients', 'POST /oauth/register'], { registration: true }), ['Register an agent', 'Register an agent without a person'])
  t.same(added(['POST /v1/clients', 'POST /oauth/register']), [], 'without credentials nobody can register')
  const mcp = titles(['POST /mcp']).find(way => way.title === 'MCP')
  t.match(mcp, { address: `${publicUrl}/.well-known/oauth-protected-resource/mcp`, text: `resource is \`${publicUrl}/mcp\`` })
  const actions = (routes: string[]) => titles(routes).find(way => way.title === 'GPT Actions')?.text ?? ''
  t.match(actions([]), /as\.test\/oidc\/auth.*own domain/, 'GPT Actions: what can stand in the way is said')
  t.match(actions(['POST /oauth/token']), `authorization URL \`${publicUrl}/oauth/authorize\``)
  t.notMatch(actions(['POST /oauth/token']), /as\.test|own domain/)
})

await t.test('markup: code and escapes, nothing else', async t => {
  t.equal(inlineHtml('a `b<c>` "d" & e`f'), 'a <code>b&#60;c&#62;</code> &#34;d&#34; &#38; e`f')
  t.equal(escapeHtml('<a href=\'x\'>'), '&#60;a href=&#39;x&#39;&#62;')
})
