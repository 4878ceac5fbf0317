import { Client, StreamableHTTPClientTransport, UnauthorizedError, type OAuthClientProvider, type OAuthDiscoveryState, type OAuthTokens } from '@modelcontextprotocol/client'
import type { CallToolResult, VersionNegotiationMode } from '@modelcontextprotocol/client'
import { FormBrowser, type Outcome } from '../../examples/shared/form-browser.js'

export interface PersonAndApp {
  url: string
  clientId: string
  clientSecret?: string
  redirectUri: string
  person: { username: string, password: string }
  /** Which revisions of the protocol the client speaks; default: the current, and older ones if it must. */
  mode?: VersionNegotiationMode
}

/** An MCP client on the official SDK, whose person signs in and allows what it asks for. Everything it did is remembered. */
export function createOAuthClient ({ url, clientId, clientSecret, redirectUri, person, mode = 'auto' }: PersonAndApp) {
  const browser = new FormBrowser()
  const requests: URL[] = []
  const outcomes: Outcome[] = []
  const statuses: number[] = []
  let tokens: OAuthTokens | undefined
  let verifier = ''
  let discovery: OAuthDiscoveryState | undefined
  const provider: OAuthClientProvider = {
    redirectUrl: redirectUri,
    clientMetadata: { client_name: 'MCP client', redirect_uris: [redirectUri] },
    clientInformation: () => ({ client_id: clientId, ...(clientSecret === undefined ? {} : { client_secret: clientSecret }) }),
    tokens: () => tokens,
    saveTokens (next) { tokens = next },
    saveCodeVerifier (next) { verifier = next },
    codeVerifier: () => verifier,
    saveDiscoveryState (state) { discovery = state },
    discoveryState: () => discovery,
    async redirectToAuthorization (address) {
      requests.push(address)
      outcomes.push(await browser.authorize(address.href, { ...person, consent: 'allow' }))
    }
  }
  const fetchAndNote = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await fetch(input, init)
    if (String(input) === url) statuses.push(response.status)
    return response
  }

  /** Runs something at a new connection; where it ends at the sign-in page, once more with what came of that. */
  async function use<T> (work: (client: Client) => Promise<T>): Promise<T> {
    const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider, fetch: fetchAndNote })
    const client = new Client({ name: 'test-client', version: '1.0.0' }, { versionNegotiation: { mode } })
    try {
      await client.connect(transport)
      return await work(client)
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      await transport.finishAuth(outcomes.at(-1)?.callback.searchParams ?? new URLSearchParams())
      return await use(work)
    } finally {
      await client.close()
    }
  }

  return {
    use,
    call: (name: string, args: Record<string, unknown> = {}): Promise<CallToolResult> => use(async client => await client.callTool({ name, arguments: args }) as CallToolResult),
    /** The authorization requests, and how they went. */
    requests,
    outcomes,
    /** The statuses of the answers of `/mcp`. */
    statuses,
    get tokens () { return tokens }
  }
}

function isUnauthorized (error: unknown): boolean {
  return error instanceof UnauthorizedError || (error instanceof Error && error.cause !== undefined && isUnauthorized(error.cause))
}
