import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { bearerChallenge } from '../challenge.js'
import { MAX_BYTES, readLimited, TIMEOUT, type Fetch } from '../http.js'
import { Trouble } from '../trouble.js'
import { MAX_TOOLS, shortened, TOOL_NAME, type ApiClient, type Tool } from './client.js'
import { Challenged, challengeIn, problemIn } from './failure.js'
import { createReducer, inputSchema, isObject, type Reduce } from './input-schema.js'

export interface McpOptions {
  readonly apiUrl: string
  readonly fetch: Fetch
}

type McpTool = Awaited<ReturnType<Client['listTools']>>['tools'][number]
type Result = Awaited<ReturnType<Client['callTool']>>

/**
 * The API by the Model Context Protocol, at `<API>/mcp`. Tokens come from WeatherBot's own sign-in and
 * not from the SDK's: the way to a token is the same for both ways of speaking with the API.
 */
export function createMcpClient ({ apiUrl, fetch }: McpOptions): ApiClient {
  const address = new URL('/mcp', apiUrl)

  /** One connection for one piece of work: the server keeps none, and tokens belong to one person. */
  async function connected<T> (accessToken: string | undefined, work: (client: Client) => Promise<T>): Promise<T> {
    const line = guarded(fetch, address, accessToken)
    const client = new Client({ name: 'weatherbot', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' }, listMaxPages: 5 })
    try {
      await client.connect(new StreamableHTTPClientTransport(address, { fetch: line.fetch }), { timeout: TIMEOUT })
      return await work(client)
    } catch (error) {
      if (line.challenged() !== undefined) throw line.challenged()
      if (error instanceof Trouble || error instanceof Challenged) throw error
      throw new Trouble('unreachable', 'The weather service cannot be reached by MCP at the moment. Please try again later.', { cause: error, status: line.status() })
    } finally {
      await client.close()
    }
  }

  return {
    tools: async accessToken => await connected(accessToken, async client => {
      const { tools } = await client.listTools(undefined, { timeout: TIMEOUT })
      if (tools.length > MAX_TOOLS) throw new Trouble('api_description', `The weather service offers more than ${MAX_TOOLS} tools; WeatherBot does not read that many.`)
      const reduce = createReducer(value => value)
      return tools.map(tool => toolOf(tool, reduce)).filter(tool => tool !== undefined)
    }),
    call: async ({ name }, args, accessToken) => await connected(accessToken, async client =>
      contentOf(await client.callTool({ name, arguments: { ...args } }, { timeout: TIMEOUT })))
  }
}

/**
 * A `fetch` for the SDK: it goes to `/mcp` and nowhere else, follows no redirect, reads whole answers up
 * to 1 MB, sends the token, and keeps the challenge that the SDK would make an error of its own.
 */
function guarded (fetch: Fetch, address: URL, accessToken?: string) {
  let challenged: Challenged | undefined
  let status: number | undefined
  async function guardedFetch (url: string | URL, init: RequestInit = {}): Promise<Response> {
    if (new URL(url).href !== address.href) throw new Trouble('api_elsewhere', 'The MCP client wanted to go to another address.')
    const headers = new Headers(init.headers)
    if (accessToken !== undefined) headers.set('authorization', `Bearer ${accessToken}`)
    const limit = AbortSignal.timeout(TIMEOUT)
    const response = await fetch(address, { ...init, headers, redirect: 'manual', signal: init.signal ? AbortSignal.any([init.signal, limit]) : limit })
    status = response.status
    challenged ??= challengeIn(response)
    const body = await readLimited(response, MAX_BYTES)
    return new Response(body === '' ? null : body, { status: response.status, headers: response.headers })
  }
  return { fetch: guardedFetch, challenged: () => challenged, status: () => status }
}

/** A tool as WeatherBot knows them. `undefined` for one that it can't call. */
function toolOf ({ name, title, description, inputSchema: input, annotations, _meta }: McpTool, reduce: Reduce): Tool | undefined {
  if (!TOOL_NAME.test(name)) return undefined
  try {
    const { properties, required } = reduce(input)
    return {
      name,
      title: shortened(title ?? annotations?.title, 100),
      description: shortened(description, 1000),
      tags: [],
      input: inputSchema(isObject(properties) ? properties as Tool['input']['properties'] : {}, Array.isArray(required) ? required.map(String) : []),
      scopes: scopesIn(_meta?.['securitySchemes']),
      writes: annotations?.readOnlyHint !== true
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The first of several alternatives, as OpenAI's Apps SDK writes them. */
function scopesIn (schemes: unknown): string[] {
  const [first]: unknown[] = Array.isArray(schemes) ? schemes : []
  return isObject(first) && Array.isArray(first['scopes']) ? first['scopes'].filter(scope => typeof scope === 'string') : []
}

/** What a tool answered. A failure in the result may carry the challenge that HTTP would have carried. */
function contentOf ({ isError, structuredContent, content, _meta }: Result): unknown {
  const [text] = content.flatMap(block => block.type === 'text' ? [block.text] : [])
  const body = structuredContent ?? parsed(text)
  if (isError !== true) return body
  const challenge = bearerChallenge(challengeText(_meta?.['mcp/www_authenticate']))
  if (challenge !== undefined) throw new Challenged(challenge.error === 'insufficient_scope' ? 403 : 401, challenge)
  throw problemIn(body) ?? new Trouble('api_problem', `The weather service says: ${text?.slice(0, 500) ?? 'that did not work'}`)
}

const challengeText = (value: unknown): string | null => Array.isArray(value) ? value.map(String).join(', ') : null

function parsed (text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}
