import type { CallToolResult } from '@modelcontextprotocol/server'

/** What a route answered. */
export interface RouteAnswer {
  statusCode: number
  /** The text of the body. */
  body: string
}

/** A tool's answer, for programs and as text. `doneText` is for a route that answers without a body. */
export function resultOf ({ statusCode, body }: RouteAnswer, { structured, doneText }: { structured: boolean, doneText: string }): CallToolResult {
  if (statusCode >= 400) return failed(body)
  if (body === '') return { content: [{ type: 'text', text: doneText }] }
  return {
    content: [{ type: 'text', text: body }],
    ...(structured ? { structuredContent: JSON.parse(body) as Record<string, unknown> } : {})
  }
}

/** A failure that the model may read and mend (MCP, tools: tool execution errors). */
export function failed (problem: string): CallToolResult {
  return { content: [{ type: 'text', text: problem }], isError: true }
}

/** A missing permission as OpenAI's Apps SDK wants to be told: the client then sends the person to sign in. */
export function challengedResult (problem: string, challenge: string): CallToolResult {
  return { ...failed(problem), _meta: { 'mcp/www_authenticate': [challenge] } }
}
