import type { RouteOptions } from 'fastify'
import { scopesNamed } from '../src/auth/scope-requirement.js'
import { StartError } from '../src/errors.js'
import { createTool, type Compile, type Tool } from '../src/mcp/tool.js'
import { thirdPartyScopes } from '../src/scopes.js'
import { schemaCompiler } from '../src/validation.js'
import { nameOf } from './route-table.js'

/** The routes with `config.tool` as MCP tools, by name. @throws Error naming the route that can't be one */
export function toolsOf (routes: readonly RouteOptions[]): ReadonlyMap<string, Tool> {
  const compiler = schemaCompiler()
  // As a body: arguments are JSON, and no text is turned into a number.
  const compile: Compile = schema => compiler({ schema, httpPart: 'body', method: 'POST', url: '/mcp' }) as ReturnType<Compile>
  const tools = new Map<string, Tool>()
  for (const route of routes) {
    if (route.config?.tool === undefined || route.method === 'HEAD') continue
    const tool = toolOf(route, route.config.tool.name, compile)
    const other = tools.get(tool.name)
    if (other !== undefined) throw new StartError(`${nameOf(route)} and ${other.method} ${other.url} are both the tool "${tool.name}"`)
    tools.set(tool.name, tool)
  }
  return tools
}

function toolOf (route: RouteOptions, name: string, compile: Compile): Tool {
  const requirement = route.config?.scopeRequirement
  try {
    if (requirement === undefined) throw new Error('a public route needs no tool')
    if (!requirement.alternatives.some(scopes => scopes.every(scope => thirdPartyScopes.some(one => one === scope)))) throw new Error('it needs a permission that third parties can\'t be given')
    if (typeof route.method !== 'string') throw new Error('a tool has one method')
    return createTool({ name, method: route.method, url: route.url, requirement, schema: route.schema ?? {} }, compile)
  } catch (error) {
    throw new StartError(`${nameOf(route)} can't be a tool: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

/**
 * What a client should ask for before it has called anything: what is needed to look at things. The rest
 * it learns when it needs it (MCP, security best practices: scope minimization).
 */
export function firstScopes (tools: ReadonlyMap<string, Tool>): string[] {
  const reading = [...tools.values()].filter(tool => tool.definition.annotations?.readOnlyHint === true)
  const needed = new Set(reading.flatMap(tool => scopesNamed(tool.requirement)))
  return thirdPartyScopes.filter(scope => needed.has(scope))
}
