import { METADATA_PATH, resourceMetadataUrl } from '../auth/resource-metadata.js'

/** What configuration says; the rest is read from the routes. */
export interface Addresses {
  publicUrl: string
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  apiResource: string
  mcpResource: string
}

export interface WaysOptions extends Addresses {
  /** Scopes that third parties may ask for, separated by spaces. */
  scope: string
  /** Somebody can sign in on the documentation page. */
  docsSignIn: boolean
  /** Clients can be registered: the service has credentials for it. */
  registration: boolean
  /** The most that an agent gets that nobody has registered. */
  cimdScopes: readonly string[]
  has: (method: 'GET' | 'POST', url: string) => boolean
}

/** One way to get in. `text` is Markdown of one line: `code` and nothing else. */
export interface Way {
  title: string
  address: string
  text: string
}

/** The ways in that this service has, as it is configured: for people and for agents, in the same words. */
export function waysIn (options: WaysOptions): Way[] {
  const { has } = options
  return [
    rest(options),
    ...(options.docsSignIn ? [browser(options)] : []),
    ...(has('POST', '/mcp') ? [mcp(options)] : []),
    ...(has('POST', '/oauth/token') ? [frontDoor(options)] : []),
    plugin(options),
    actions(options),
    ...(options.cimdScopes.length > 0 ? [metadataDocument(options)] : []),
    ...(options.registration && has('POST', '/v1/clients') ? [registration(options)] : []),
    ...(options.registration && has('POST', '/oauth/register') ? [openRegistration(options)] : [])
  ]
}

const rest = ({ publicUrl, issuer, authorizationEndpoint, tokenEndpoint, apiResource }: WaysOptions): Way => ({
  title: 'REST with OAuth 2.0',
  address: resourceMetadataUrl(publicUrl),
  text: `Authorization code flow with PKCE (S256) at \`${issuer}\`: send the person to \`${authorizationEndpoint}\`, exchange the code at \`${tokenEndpoint}\`, and name \`resource=${apiResource}\` in both requests. Then call with \`Authorization: Bearer …\`, the only place where a token is taken.`
})

const browser = ({ publicUrl }: WaysOptions): Way => ({
  title: 'In the browser',
  address: `${publicUrl}/docs`,
  text: 'Press Authorize, sign in, allow what you like, and try every operation.'
})

const mcp = ({ publicUrl, mcpResource }: WaysOptions): Way => ({
  title: 'MCP',
  address: `${publicUrl}${METADATA_PATH}/mcp`,
  text: `Streamable HTTP at \`POST ${publicUrl}/mcp\`; a client that knows MCP's authorization needs this address and a client id (see below). The operations are its tools, each with its own permissions; the resource is \`${mcpResource}\`.`
})

const frontDoor = ({ publicUrl }: WaysOptions): Way => ({
  title: 'OAuth for clients that can\'t send "resource"',
  address: `${publicUrl}/openapi.json`,
  text: `Use \`${publicUrl}/oauth/authorize\` and \`${publicUrl}/oauth/token\` instead: they add \`resource\` and pass the standard parameters on to the authorization server.`
})

const plugin = ({ publicUrl }: WaysOptions): Way => ({
  title: 'ChatGPT plugin',
  address: `${publicUrl}/.well-known/ai-plugin.json`,
  text: `The manifest, for clients that read it; give them \`${publicUrl}\` and the credentials of a registered client.`
})

/** GPT Actions take OAuth addresses on the API's own domain only. */
const actions = ({ publicUrl, scope, has, authorizationEndpoint, tokenEndpoint }: WaysOptions): Way => {
  const own = has('POST', '/oauth/token')
  const [authorize, token] = own ? [`${publicUrl}/oauth/authorize`, `${publicUrl}/oauth/token`] : [authorizationEndpoint, tokenEndpoint]
  return {
    title: 'GPT Actions',
    address: `${publicUrl}/openapi.json`,
    text: `Import this document; authentication OAuth, with the credentials of a registered client, authorization URL \`${authorize}\`, token URL \`${token}\`, scope \`${scope}\`.` +
      (own ? '' : ' GPT Actions want these addresses on the API\'s own domain; where they are not, ask the operator for the OAuth front door.')
  }
}

const metadataDocument = ({ issuer, cimdScopes }: WaysOptions): Way => ({
  title: 'Without registration',
  address: `${issuer}/.well-known/openid-configuration`,
  text: `An agent whose \`client_id\` is the https address of its metadata document needs no registration where the authorization server says \`client_id_metadata_document_supported\`. It gets at most ${cimdScopes.map(scope => `\`${scope}\``).join(', ')}.`
})

const registration = ({ publicUrl }: WaysOptions): Way => ({
  title: 'Register an agent',
  address: `${publicUrl}/openapi.json`,
  text: 'A developer who is signed in to the official app registers agents with `POST /v1/clients` (names of RFC 7591) and gets a client id, and a secret if the agent can keep one.'
})

const openRegistration = ({ publicUrl }: WaysOptions): Way => ({
  title: 'Register an agent without a person',
  address: `${publicUrl}/openapi.json`,
  text: `\`POST ${publicUrl}/oauth/register\` (RFC 7591), with the initial access token that the operator hands out.`
})
