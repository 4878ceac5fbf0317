import type { Tool as McpTool, ToolAnnotations } from '@modelcontextprotocol/server'
import type { ScopeRequirement } from '../auth/scope-requirement.js'
import { Problem } from '../errors.js'
import { isObjectSchema, mergeSchemas, plain } from './json-schema.js'
import { toolRequest, type Arguments, type ToolRequest } from './tool-request.js'

/** What a tool is made from: a route as it was declared. */
export interface ToolRoute {
  name: string
  method: string
  /** The pattern, such as `/v1/places/:id`. */
  url: string
  requirement: ScopeRequirement
  schema: { summary?: string, description?: string, params?: unknown, querystring?: unknown, body?: unknown, response?: unknown }
}

/** Compiles a schema; the compiled check keeps what it found in `errors`. */
export type Compile = (schema: object) => ((value: unknown) => unknown) & { errors?: Array<{ instancePath: string, message?: string, params: Record<string, unknown> }> | null }

/** The tool as `tools/list` shows it; `securitySchemes` is OpenAI's addition (Apps SDK, authentication). */
export type Definition = McpTool & { securitySchemes: Array<{ type: 'oauth2', scopes: string[] }> }

export type Tool = ReturnType<typeof createTool>

const NAME = /^[A-Za-z0-9_-]{1,64}$/

/** A route as an MCP tool. @throws Error saying why the route can't be one */
export function createTool ({ name, method, url, requirement, schema }: ToolRoute, compile: Compile) {
  if (!NAME.test(name)) throw new Error(`the tool name ${JSON.stringify(name)} is not 1 to 64 letters, digits, "_" and "-"`)
  const input = mergeSchemas({ params: schema.params, query: schema.querystring, body: schema.body })
  const missing = [...url.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter).filter(parameter => !required(schema.params, parameter))
  if (missing.length > 0) throw new Error(`params does not require "${missing.join('", "')}", which the path has`)
  if (/[*()]|::|:\w+[^\w/]/.test(url)) throw new Error('a path with wildcards or several parameters between slashes can\'t be filled in')
  const check = compile(input.schema)
  const done = answerSchema(schema.response)

  /** @throws Problem `validation_failed` for arguments that the tool does not take */
  function requestFor (args: Arguments): ToolRequest {
    if (check(args) !== true) throw new Problem('validation_failed', (check.errors ?? []).map(inWords).join('; '))
    return toolRequest(url, input.places, args)
  }

  return { name, method, url, requirement, requestFor, doneText: done.description ?? 'Done.', definition: definition() }

  function definition (): Definition {
    const securitySchemes = requirement.alternatives.map(scopes => ({ type: 'oauth2' as const, scopes: [...scopes] }))
    return {
      name,
      ...(schema.summary === undefined ? {} : { title: schema.summary }),
      ...(schema.description === undefined ? {} : { description: schema.description }),
      inputSchema: input.schema as Definition['inputSchema'],
      ...(isObjectSchema(done) ? { outputSchema: plain(done) as unknown as Definition['outputSchema'] } : {}),
      annotations: { ...(schema.summary === undefined ? {} : { title: schema.summary }), ...annotationsOf(method) },
      // OpenAI's Apps SDK reads the field, clients that drop unknown fields pass on `_meta`.
      securitySchemes,
      _meta: { securitySchemes }
    }
  }
}

/** RFC 9110 section 9.2; a PATCH overwrites and promises nothing about being repeated (RFC 5789). */
function annotationsOf (method: string): ToolAnnotations {
  const readOnlyHint = method === 'GET'
  return {
    readOnlyHint,
    destructiveHint: !readOnlyHint && method !== 'POST',
    idempotentHint: readOnlyHint || method === 'PUT' || method === 'DELETE',
    // Every tool is an operation of this one service.
    openWorldHint: false
  }
}

function required (schema: unknown, name: string): boolean {
  return isObjectSchema(schema) && schema.required?.includes(name) === true
}

/** The schema of the answer when all goes well. */
function answerSchema (response: unknown): { description?: string } {
  const answers = (response ?? {}) as Record<string, { description?: string } | undefined>
  return answers['200'] ?? answers['201'] ?? answers['204'] ?? {}
}

function inWords ({ instancePath, message = 'is not valid', params }: { instancePath: string, message?: string, params: Record<string, unknown> }): string {
  const extra = params['additionalProperty']
  return `arguments${instancePath}${typeof extra === 'string' ? `/${extra.slice(0, 60)}` : ''}: ${message}`
}
