import { createMcpHandler, type CallToolResult, type Implementation, type McpHttpHandler } from '@modelcontextprotocol/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { METADATA_PATH } from '../src/auth/resource-metadata.js'
import { Problem } from '../src/errors.js'
import { createHostCheck } from '../src/mcp/allowed-hosts.js'
import { withoutCancellations } from '../src/mcp/batch.js'
import { createToolServer } from '../src/mcp/server.js'
import type { Tool } from '../src/mcp/tool.js'
import { createToolCall, type Challenged } from './mcp-call.js'
import { firstScopes, toolsOf } from './mcp-tools.js'

export interface McpOptions {
  publicUrl: string
  version: string
  /** How a missing permission is told (`MCP_CHALLENGE`). */
  challenge: 'http' | 'result'
}

/** An envelope around what a tool takes, which is a request to a route of ours. */
const MAX_BODY_BYTES = 64 * 1024
/** Milliseconds for an answer, should there ever be none. */
const TIME_LIMIT = 60_000
/** Seconds. */
const RETRY_AFTER = 30

const INSTRUCTIONS = 'Weather forecasts and observations, and the places that the user has saved. A tool whose permission is missing says which one; the user is then asked for it.'

/**
 * `POST /mcp`: the Model Context Protocol, stateless, on the official SDK. Its tools are the routes with
 * `config.tool`, and a call of a tool is a request to its route.
 */
async function mcpPlugin (app: FastifyInstance, options: McpOptions) {
  const { publicUrl, version } = options
  const checkHost = createHostCheck(publicUrl)
  const words = { resourceMetadata: `${publicUrl}${METADATA_PATH}/mcp`, scopes: [] as string[] }
  const info: Implementation = { name: 'scopegate-weather', title: 'Scopegate Weather', version, websiteUrl: publicUrl, icons: [{ src: `${publicUrl}/logo.png`, mimeType: 'image/png' }] }
  let tools: ReadonlyMap<string, Tool> = new Map()
  app.addHook('onReady', async () => {
    tools = toolsOf(app.routeTable)
    words.scopes.push(...firstScopes(tools))
  })

  const onRequest = [async (request: FastifyRequest) => checkHost(request.headers), app.requireScopes({ resource: 'mcp' })]
  app.post('/mcp', { onRequest, bodyLimit: MAX_BODY_BYTES, config: { challenge: words }, schema: { hide: true } }, async (request, reply) => {
    const challenged: Challenged = {}
    // Several calls in one request (2025-03-26) have one status between them, so that each says it in its result.
    const inResult = options.challenge === 'result' || Array.isArray(request.body)
    const call = createToolCall(app, request, { words, challenged, inResult })
    const handler = handlerFor(call)
    try {
      const answer = await serve(handler, request, reply)
      if (answer === undefined) return reply.hijack()
      if (challenged.problem) throw challenged.problem
      return await send(reply, answer)
    } finally {
      await handler.close()
    }
  })

  app.route({
    method: ['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'], // GET and DELETE: where sessions would be listened to and ended; there are none
    url: '/mcp',
    config: { public: true },
    schema: { hide: true },
    handler: async (_request, reply) => {
      reply.header('allow', 'POST')
      throw new Problem('method_not_allowed', 'MCP is spoken by POST here: there are no sessions, and no stream to listen to.')
    }
  })

  function handlerFor (call: (tool: Tool, args: Readonly<Record<string, unknown>>) => Promise<CallToolResult>): McpHttpHandler {
    return createMcpHandler(() => createToolServer({ tools, info, instructions: INSTRUCTIONS, call }), {
      // Nothing here ever changes while the service runs: there is nothing to subscribe to.
      maxSubscriptions: 0,
      onerror: error => app.log.debug({ reason: error.message }, 'an MCP request was refused')
    })
  }

  /** Read to its end: whether a permission is missing shows only then, and there is nothing to stream. */
  async function serve (handler: McpHttpHandler, request: FastifyRequest, reply: FastifyReply): Promise<Answer | undefined> {
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(TIME_LIMIT)])
    const response = await handler.fetch(new Request(`${publicUrl}/mcp`, { method: 'POST', headers: headersOf(request), signal }), { parsedBody: withoutCancellations(request.body) })
    const body = await response.text()
    // Nobody is there any more to be answered.
    if (gone.signal.aborted) return undefined
    if (signal.aborted) throw new Problem('service_unavailable', 'There was no answer in time.', { retryAfter: RETRY_AFTER })
    return { status: response.status, type: response.headers.get('content-type'), body }
  }
}

interface Answer { status: number, type: string | null, body: string }

async function send (reply: FastifyReply, { status, type, body }: Answer): Promise<FastifyReply> {
  reply.code(status)
  if (type !== null) reply.type(type)
  return await reply.send(body === '' ? undefined : body)
}

/** What the SDK looks at; above all not the access token, which is nobody's business behind the route's check. */
function headersOf ({ headers }: FastifyRequest): Headers {
  const names = Object.keys(headers).filter(name => ['accept', 'content-type', 'last-event-id'].includes(name) || name.startsWith('mcp-'))
  return new Headers(names.map((name): [string, string] => [name, String(headers[name])]))
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route is an MCP tool, too. What the tool is called, takes, answers and needs is read from the route. */
    tool?: { name: string }
  }
}

export default fp(mcpPlugin, { name: 'mcp', fastify: '5.x', dependencies: ['require-scopes', 'problem'] })
