import type { Test } from 'tap'
import { openTestDatabase, startTestApp, type TestAppOptions } from '../kit/app.js'
import { rawRequest, requestText, type RawAnswer } from '../kit/http.js'
import { startIssuer, type TestIssuer } from '../kit/issuer.js'

export const base = 'http://localhost:3000'
export const mcpMetadata = `${base}/.well-known/oauth-protected-resource/mcp`

type Json = Record<string, unknown>

/** What a JSON-RPC answer holds, whether it came as JSON or as an event stream. */
export function message (body: string): Json {
  const data = /^data: (.*)$/m.exec(body)?.[1]
  return JSON.parse(data ?? body) as Json
}

/** The app with tokens from a stand-in, and MCP spoken to it by hand, in the current revision. */
export async function startMcpApp (t: Test, options: Partial<TestAppOptions> & { issuer?: TestIssuer } = {}) {
  const issuer = options.issuer ?? await startIssuer(t, { audience: `${base}/` })
  const database = options.database ?? await openTestDatabase(t)
  const house = await startTestApp(t, { ...options, issuer, database, env: { PUBLIC_URL: base, ...options.env } })

  /** A POST to `/mcp`; headers come after the usual ones, and `Host` is the public one unless they name it. */
  async function post (body: unknown, token?: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const all = { Host: 'localhost:3000', 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...headers }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
    const request = requestText('POST /mcp', lines, text).toString('latin1').replace('Host: localhost\r\n', '')
    const answer = await rawRequest(house.port, Buffer.from(request, 'latin1'))
    return { ...answer, body: Buffer.from(answer.body, 'latin1').toString() }
  }

  /** One request in the revision 2026-07-28, with all that it asks for. */
  function ask (method: string, params: Json, token?: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', 'io.modelcontextprotocol/clientInfo': { name: 'by-hand', version: '1' }, 'io.modelcontextprotocol/clientCapabilities': {} }
    return post({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }, token, { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method, ...(typeof params['name'] === 'string' ? { 'Mcp-Name': params['name'] } : {}), ...headers })
  }

  /** Calls a tool and gives its result. */
  async function callTool (name: string, args: Json, token: string) {
    const answer = await ask('tools/call', { name, arguments: args }, token)
    const { result } = message(answer.body) as { result?: { isError?: boolean, structuredContent?: Json, content: Array<{ text: string }>, _meta?: Json } }
    return { status: answer.status, answer, result, text: result?.content[0]?.text ?? '' }
  }

  return { ...house, issuer, database, post, ask, callTool }
}
