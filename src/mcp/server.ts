import { ProtocolError, ProtocolErrorCode, Server, type CallToolResult, type Implementation } from '@modelcontextprotocol/server'
import type { Tool } from './tool.js'
import type { Arguments } from './tool-request.js'

export interface ToolServerOptions {
  tools: ReadonlyMap<string, Tool>
  info: Implementation
  instructions: string
  /** Runs a tool for whoever sent this request. */
  call: (tool: Tool, args: Arguments) => Promise<CallToolResult>
}

/** How long clients may keep the list of tools, in milliseconds; it changes with a new version only. */
const LIST_TTL = 5 * 60_000

/**
 * An MCP server with tools only, for one request. The SDK's low-level server: its `McpServer` has no
 * place for `securitySchemes`, and would check arguments and answers in words of its own.
 */
export function createToolServer ({ tools, info, instructions, call }: ToolServerOptions): Server {
  const server = new Server(info, {
    capabilities: { tools: {} },
    instructions,
    // Everybody sees the same list.
    cacheHints: { 'tools/list': { ttlMs: LIST_TTL, cacheScope: 'public' } }
  })
  server.setRequestHandler('tools/list', () => ({ tools: [...tools.values()].map(tool => tool.definition) }))
  server.setRequestHandler('tools/call', async ({ params }) => {
    const tool = tools.get(params.name)
    if (tool === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${JSON.stringify(params.name.slice(0, 64))}; tools/list names those there are.`)
    return await call(tool, params.arguments ?? {})
  })
  return server
}
