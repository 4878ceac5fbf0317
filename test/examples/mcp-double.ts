import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createMcpHandler, Server, type CallToolResult, type Tool } from '@modelcontextprotocol/server'
import type { Test } from 'tap'

export interface McpDouble {
  tools: Tool[]
  call: (name: string, args: Record<string, unknown>) => CallToolResult
  /** Answers a whole HTTP request in MCP's place. */
  instead?: (method: string, token: string | undefined) => Response | undefined
}

/** A small MCP server on the official SDK, over real HTTP. Writes down what it is asked: the method and the token. */
export async function startMcpDouble (t: Test, double: McpDouble) {
  const asked: Array<{ method: string, token: string | undefined }> = []

  async function answer (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const method = body === '' ? '' : String((JSON.parse(body) as { method: unknown }).method)
    const token = request.headers.authorization?.replace('Bearer ', '')
    asked.push({ method, token })
    const { status, headers, body: stream } = double.instead?.(method, token) ?? await serve(request, body)
    response.writeHead(status, Object.fromEntries(headers))
    for await (const chunk of stream ?? []) response.write(chunk)
    response.end()
  }

  async function serve (request: IncomingMessage, body: string): Promise<Response> {
    const handler = createMcpHandler(() => {
      const server = new Server({ name: 'double', version: '1' }, { capabilities: { tools: {} } })
      server.setRequestHandler('tools/list', () => ({ tools: double.tools }))
      server.setRequestHandler('tools/call', ({ params }) => double.call(params.name, params.arguments ?? {}))
      return server
    })
    const headers = Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const answer = await handler.fetch(new Request('http://double/mcp', { method: request.method, headers, ...(body === '' ? {} : { body }) }))
    const text = await answer.text()
    await handler.close()
    return new Response(text === '' ? null : text, { status: answer.status, headers: answer.headers })
  }

  const server = createServer((request, response) => { answer(request, response).catch(() => { response.destroy() }) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
