import type { CallToolResult } from '@modelcontextprotocol/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { scopesToAskFor } from '../src/auth/scope-requirement.js'
import { Problem, problemBody, type ProblemCode } from '../src/errors.js'
import type { Tool } from '../src/mcp/tool.js'
import { challengedResult, failed, resultOf } from '../src/mcp/tool-result.js'
import type { Arguments } from '../src/mcp/tool-request.js'
import type { InProcessRequest } from './in-process-calls.js'
import { challengeOf, type ChallengeWords } from './problem.js'

/** Where a call leaves the refusal that the whole request is to be answered with. */
export interface Challenged { problem?: Problem }

export interface ToolCallOptions {
  words: ChallengeWords
  challenged: Challenged
  /** A missing permission is told in the tool's result, not as the status of the request. */
  inResult: boolean
}

/** Calls a tool for whoever sent this request to `/mcp`: as a request to the tool's route, under its own checks. */
export function createToolCall (app: FastifyInstance, { principal, ip, log }: FastifyRequest, { words, challenged, inResult }: ToolCallOptions) {
  async function send (tool: Tool, args: Arguments): Promise<CallToolResult> {
    const { url, payload } = tool.requestFor(args)
    const answer = await app.callAs(principal, { method: tool.method as InProcessRequest['method'], url, route: tool.url, remoteAddress: ip, ...(payload === undefined ? {} : { payload }) })
    const refusal = answer.headers['www-authenticate'] === undefined ? undefined : refusalFrom(answer.body, tool)
    if (refusal === undefined) return resultOf({ statusCode: answer.statusCode, body: answer.body }, { structured: tool.definition.outputSchema !== undefined, doneText: tool.doneText })
    if (!inResult) challenged.problem ??= refusal
    return challengedResult(answer.body, challengeOf(refusal, words) ?? '')
  }

  return async function callTool (tool: Tool, args: Arguments): Promise<CallToolResult> {
    try {
      return await send(tool, args)
    } catch (error) {
      if (error instanceof Problem) return failed(JSON.stringify(problemBody(error)))
      // Not left to the SDK, which would pass the message on.
      log.error({ err: error, tool: tool.name }, 'a tool call failed')
      return failed(JSON.stringify(problemBody(new Problem('internal_error', 'Something went wrong on our side.'))))
    }
  }
}

/** The route's refusal as a problem of `/mcp` itself, asking for what the route needs. */
function refusalFrom (body: string, tool: Tool): Problem {
  const { title: _title, status: _status, code, detail, ...members } = JSON.parse(body) as Record<string, unknown>
  return new Problem(code as ProblemCode, String(detail), { members, scopes: scopesToAskFor(tool.requirement) })
}
