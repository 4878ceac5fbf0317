import { Value } from '@sinclair/typebox/value'
import { Trouble } from '../../trouble.js'
import { MAX_TOOLS, shortened, type Schema, type Tool } from '../client.js'
import { bounded, createReducer, inputSchema, isObject, type Reduce, type Resolve } from '../input-schema.js'
import { BodySchema, methods, OperationSchema, ParameterSchema, resolverOf, type Document, type DocumentOperation, type Servers } from './document.js'
import { isPlainPath, parametersOf, type Call, type Position } from './request.js'

/** A tool, and how it is called. */
export interface Operation { readonly tool: Tool, readonly call: Call }

/** Where a document was found. */
export interface Found { readonly apiUrl: string, readonly address: URL }

/**
 * The operations of a document that WeatherBot can call, in the document's order. One that it does not
 * understand in full is left out: without an operationId, with headers or cookies that must be set, a
 * body that is no JSON object, a server of another origin, a path that could lead elsewhere.
 * @throws Trouble when the document names only servers of other origins, or too many operations
 */
export function operationsOf (document: Document, found: Found): Operation[] {
  const base = baseOf(document.servers, found)
  if (base === undefined) throw new Trouble('api_elsewhere', 'The weather service’s description leads to another server. That could be a trap, so nothing was done.')
  const resolve = resolverOf(document)
  const reading = { resolve, reduce: createReducer(resolve) }
  const operations = new Map<string, Operation>()
  let count = 0
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      if (item[method] === undefined) continue
      if (++count > MAX_TOOLS) throw new Trouble('api_description', `The weather service describes more than ${MAX_TOOLS} operations; WeatherBot does not read that many.`)
      const operation = operationOf({ document, found, base, path, item, method }, reading)
      if (operation !== undefined && !operations.has(operation.tool.name)) operations.set(operation.tool.name, operation)
    }
  }
  return [...operations.values()]
}

/** The first server of the API's own origin; without any `servers` it is the root (OpenAPI 3.1, 4.8.1). */
function baseOf (servers: Servers = [{ url: '/' }], { apiUrl, address }: Found): string | undefined {
  const own = servers.filter(({ url }) => URL.canParse(url, address.href)).map(({ url }) => new URL(url, address))
    .find(({ origin, pathname, search, hash, username, password }) =>
      origin === apiUrl && (pathname === '/' || isPlainPath(pathname.replace(/\/$/, ''))) && search + hash + username + password === '')
  return own && (own.origin + own.pathname).replace(/\/$/, '')
}

interface Reading { resolve: Resolve, reduce: Reduce }

interface Place { document: Document, found: Found, base: string, path: string, item: Record<string, unknown>, method: typeof methods[number] }

function operationOf ({ document, found, base, path, item, method }: Place, reading: Reading): Operation | undefined {
  const operation = item[method]
  if (!isPlainPath(path) || 'servers' in item || '$ref' in item || !Value.Check(OperationSchema, operation)) return undefined
  const own = operation.servers === undefined ? base : baseOf(operation.servers, found)
  const input = inputOf(operation, item['parameters'], reading)
  if (own === undefined || input === undefined || parametersOf(path).some(name => input.positions.get(name) !== 'path' || !input.required.includes(name))) return undefined
  return {
    tool: {
      name: operation.operationId,
      title: shortened(operation.summary, 100),
      description: shortened(operation.description, 1000),
      tags: (operation.tags ?? []).slice(0, 10),
      input: inputSchema(input.properties, input.required),
      scopes: scopesOf(operation.security ?? document.security),
      writes: method !== 'get'
    },
    call: { method: method.toUpperCase(), base: own, path, positions: input.positions }
  }
}

/** Several requirements are alternatives, of which the first is taken; the names in one are all needed. */
const scopesOf = (security: DocumentOperation['security']): string[] => [...new Set(Object.values(security?.[0] ?? {}).flat())]

/** Parameters and the body's properties as one object. `undefined`: there is something in it that can't be filled in. */
function inputOf (operation: DocumentOperation, shared: unknown, { resolve, reduce }: Reading) {
  const properties: Record<string, Schema> = {}
  const positions = new Map<string, Position>()
  const required: string[] = []
  const add = (name: string, position: Position, schema: Schema, needed: boolean): boolean => {
    if (name === '__proto__' || positions.has(name)) return false // nobody could tell which one is meant
    properties[name] = schema
    positions.set(name, position)
    if (needed) required.push(name)
    return true
  }
  try {
    const understood = parametersIn(operation, shared, resolve).every(parameter => {
      if (!Value.Check(ParameterSchema, parameter)) return false
      const { name, description } = parameter
      if (parameter.in !== 'path' && parameter.in !== 'query') return parameter.required !== true
      return add(name, parameter.in, { ...reduce(parameter.schema), ...(description === undefined ? {} : { description: shortened(description, 700) }) }, parameter.required === true)
    })
    if (!understood || !addBody(resolve(operation.requestBody), reduce, add)) return undefined
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return { properties, positions, required }
}

/** An operation's parameters and those of its path; of two with the same name and place its own counts. */
function parametersIn ({ parameters = [] }: DocumentOperation, shared: unknown, resolve: Resolve): unknown[] {
  const own = bounded(parameters).map(one => resolve(one))
  const same = (a: unknown, b: unknown): boolean => isObject(a) && isObject(b) && a['name'] === b['name'] && a['in'] === b['in']
  return [...own, ...bounded(Array.isArray(shared) ? shared : []).map(one => resolve(one)).filter(one => !own.some(other => same(one, other)))]
}

function addBody (body: unknown, reduce: Reduce, add: (name: string, position: Position, schema: Schema, needed: boolean) => boolean): boolean {
  if (body === undefined) return true
  if (!Value.Check(BodySchema, body)) return false
  const { type, properties, required } = reduce(body.content['application/json'].schema)
  if (type !== 'object' || !isObject(properties)) return false
  const needed: readonly unknown[] = Array.isArray(required) ? required : []
  return Object.entries(properties).every(([name, schema]) => add(name, 'body', schema as Schema, needed.includes(name)))
}
