import type { FastifyInstance } from 'fastify'
import { thirdPartyOperations, type NamedOperation } from '../plugins/third-party.js'
import { METADATA_PATH } from '../src/auth/resource-metadata.js'
import { escapeHtml, htmlLinks, inlineHtml, markdownLinks, type Link } from '../src/discovery/markup.js'
import { waysIn, type Addresses } from '../src/discovery/ways.js'
import { scopeCatalogue, type Scope } from '../src/scopes.js'

export interface DiscoveryOptions extends Addresses {
  contactEmail: string
  /** Somebody can sign in on the documentation page. */
  docsSignIn: boolean
  /** Clients can be registered. */
  registration: boolean
  /** The most that an agent gets that nobody has registered. */
  cimdScopes: readonly string[]
}

/** What the start page and llms.txt fill in: the same facts, once as HTML, once as Markdown. Only when all routes are there. */
export function discovery (app: FastifyInstance, options: DiscoveryOptions) {
  const { publicUrl } = options
  const scopes = app.askableScopes()
  const operations = thirdPartyOperations(app.routeTable)
  const has = (method: 'GET' | 'POST', url: string) => app.hasRoute({ method, url })
  const ways = waysIn({ ...options, scope: scopes.join(' '), has })
  const texts = { publicUrl, issuer: options.issuer, apiResource: options.apiResource, contactEmail: options.contactEmail }
  return {
    html: {
      ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, escapeHtml(text)])),
      permissions: groups(scopes, operations).map(groupHtml).join('\n'),
      ways: htmlLinks(ways, publicUrl),
      documents: htmlLinks([...documents(publicUrl), forModels(publicUrl)], publicUrl)
    },
    markdown: {
      ...texts,
      permissions: scopes.map(scope => `- \`${scope}\`: ${scopeCatalogue[scope].description}`).join('\n'),
      operations: markdownLinks(operations.map(operationLink(publicUrl))),
      ways: markdownLinks(ways),
      documents: markdownLinks(documents(publicUrl))
    }
  }
}

const operationLink = (publicUrl: string) => ({ name, path, summary, permissions, takes }: NamedOperation): Link => {
  const takesInWords = takes.length === 0 ? '' : ` Takes ${takes.map(one => `\`${one}\``).join(', ')}.`
  return { title: name, address: publicUrl + path, text: `${summary}.${takesInWords} Needs ${permissions || 'any valid token'}.`.replace('?.', '?') }
}

interface Group { title: string, operations: NamedOperation[] }

/** Operations by permission; last those that any valid token opens. */
function groups (scopes: readonly Scope[], operations: readonly NamedOperation[]): Group[] {
  return [
    ...scopes.map(scope => ({ title: `\`${scope}\` ${scopeCatalogue[scope].description}`, operations: operations.filter(one => one.needs(scope)) })),
    { title: 'With any valid token', operations: operations.filter(one => one.permissions === '') }
  ].filter(group => group.operations.length > 0)
}

function groupHtml ({ title, operations }: Group): string {
  const items = operations.map(({ name, path, summary }) => `<li><a href="${escapeHtml(path)}"><code>${escapeHtml(name)}</code></a> ${escapeHtml(summary)}</li>`)
  return `<h3>${inlineHtml(title)}</h3>\n<ul>\n${items.join('\n')}\n</ul>`
}

const documents = (publicUrl: string): Link[] => [
  { title: 'OpenAPI 3.1', address: `${publicUrl}/openapi.json`, text: 'every operation, with its permissions; also as `/openapi.yaml`' },
  { title: 'Protected-resource metadata', address: publicUrl + METADATA_PATH, text: 'which authorization server, which resource, which permissions (RFC 9728)' },
  { title: 'Plugin manifest', address: `${publicUrl}/.well-known/ai-plugin.json`, text: 'for clients of ChatGPT plugins' },
  { title: 'Legal information', address: `${publicUrl}/legal`, text: 'what an agent may do, what is kept, where the data come from' }
]

const forModels = (publicUrl: string): Link => ({ title: 'For language models', address: `${publicUrl}/llms.txt`, text: 'what stands here, as Markdown' })
