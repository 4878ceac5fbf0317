import { isLoopback } from '../../../config/urls.js'
import { fail, pass, skip, type Check, type Finding } from '../check.js'
import { get, getDocument, getJson, isMissing, isObject, parseObject, type JsonDocument } from '../http.js'
import { listed, quoted } from '../../words.js'
import type { World } from '../world.js'

const CONFIGURED = 'The running service has another configuration than this command: compare PUBLIC_URL, API_RESOURCE, MCP_RESOURCE and LOGTO_ENDPOINT, and start it again.'
const PROXY = 'Look at what stands before the service (proxy, load balancer): it has to pass this path on as it is.'

/** The service itself and its public documents, as the world sees them under PUBLIC_URL. */
export function serviceChecks ({ config }: World): Check[] {
  const { publicUrl, apiResource, mcpResource, logto } = config

  /** A document that everybody may read, and what else is wrong with it. */
  const json = (id: string, title: string, path: string, judge: (document: JsonDocument) => Finding): Check => ({
    id,
    title,
    needs: ['service-reachable'],
    async run () {
      const document = await getJson(publicUrl + path)
      return isMissing(document) ? fail(`${publicUrl}${path}: ${document.why}`, PROXY) : judge(document)
    }
  })

  const page = (id: string, title: string, path: string, type: RegExp): Check => ({
    id,
    title,
    needs: ['service-reachable'],
    async run () {
      const document = await getDocument(publicUrl + path, type)
      return isMissing(document) ? fail(`${publicUrl}${path}: ${document.why}`, PROXY) : pass(`${publicUrl}${path} answers.`)
    }
  })

  const metadata = (id: string, title: string, path: string, resource: string): Check => json(id, title, path, ({ body }) => {
    if (body['resource'] !== resource) return fail(`${path} names the resource ${quoted(String(body['resource']))}, the configuration ${quoted(resource)}.`, CONFIGURED)
    const servers = body['authorization_servers']
    if (!Array.isArray(servers) || servers.length !== 1 || servers[0] !== logto.issuer) return fail(`${path} names the authorization servers ${quoted(String(servers))}, the configuration ${quoted(logto.issuer)}.`, CONFIGURED)
    return pass(`It names ${resource} and ${logto.issuer}.`)
  })

  return [{
    id: 'public-url',
    title: 'Public URL',
    run () {
      if (publicUrl.startsWith('https:')) return pass(`${publicUrl} is https.`)
      if (logto.embedded) return skip('Development with the embedded authorization server needs no https.')
      if (isLoopback(new URL(publicUrl))) return pass(`${publicUrl} is on this machine, where http will do.`)
      return fail(`${publicUrl} is not https: tokens could be read on their way.`, 'Put a proxy with TLS before the service and set PUBLIC_URL=https://….')
    }
  }, {
    id: 'service-reachable',
    title: 'Service',
    async run () {
      const answer = await get(`${publicUrl}/health/live`)
      if (isMissing(answer)) return fail(`${publicUrl}: ${answer.why}`, 'Start the service (npm start); check PUBLIC_URL, and what stands before the service.')
      if (parseObject(answer.text)?.['status'] === 'ok') return pass(`It answers at ${publicUrl}.`)
      return fail(`${publicUrl}/health/live answers with status ${answer.status}, but not as this service does.`, 'Check that PUBLIC_URL leads to the service.')
    }
  }, {
    id: 'service-ready',
    title: 'Service readiness',
    needs: ['service-reachable'],
    async run () {
      const answer = await get(`${publicUrl}/health/ready`)
      if (isMissing(answer)) return fail(`${publicUrl}/health/ready: ${answer.why}`, PROXY)
      if (answer.status === 200) return pass('Its database and the keys of Logto are there.')
      const checks = parseObject(answer.text)?.['checks']
      const lacking = isObject(checks) ? Object.keys(checks).filter(name => checks[name] !== 'ok') : []
      return fail(`${publicUrl}/health/ready: status ${answer.status}; lacking: ${listed(lacking) || 'it does not say what'}.`, 'database: check DATABASE_URL or DATA_DIR. keys: the service can\'t reach LOGTO_ENDPOINT; its log says why.')
    }
  },
  json('openapi-document', 'OpenAPI document', '/openapi.json', ({ body: { openapi, servers } }) => {
    if (!String(openapi).startsWith('3.')) return fail('/openapi.json is no OpenAPI 3 document.', PROXY)
    const urls = Array.isArray(servers) ? servers.map(server => isObject(server) ? String(server['url']) : '') : []
    if (!urls.includes(publicUrl)) return fail(`/openapi.json names the server ${quoted(urls.join(' '))}, the configuration ${quoted(publicUrl)}.`, CONFIGURED)
    return pass(`${publicUrl}/openapi.json answers.`)
  }),
  metadata('resource-metadata', 'Resource metadata', '/.well-known/oauth-protected-resource', apiResource),
  metadata('mcp-resource-metadata', 'Resource metadata of MCP', '/.well-known/oauth-protected-resource/mcp', mcpResource),
  page('legal-page', 'Legal page', '/legal', /^text\/html\b/i),
  page('logo', 'Logo', '/logo.png', /^image\/png\b/i)]
}
