/** The parts of an OpenAPI 3.1 document that are read here. */
export interface OpenApiDocument {
  servers?: unknown[]
  paths?: Record<string, Record<string, OpenApiOperation>>
  components?: { schemas?: Record<string, unknown> }
}

export interface OpenApiOperation {
  operationId?: string
  summary?: string
  description?: string
  servers?: unknown[]
  parameters?: OpenApiParameter[]
  requestBody?: { content?: Record<string, OpenApiMedia> }
  responses?: Record<string, { content?: Record<string, OpenApiMedia> }>
}

export interface OpenApiParameter {
  name: string
  in: string
  required?: boolean
  description?: string
}

export interface OpenApiMedia { schema?: unknown }

export interface NamedOperation {
  /** As the route is written: `PATCH /v1/places/:id`. */
  name: string
  operation: OpenApiOperation
}

/** Every operation, under the name that the route has in messages about the route table. */
export function operationsOf (document: OpenApiDocument): NamedOperation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) =>
    ({ name: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`, operation })))
}

export interface PlacedSchema {
  /** Where it stands, as a path of property names: `/places/name`. */
  at: string
  schema: Readonly<Record<string, unknown>>
}

/** A schema and all that it is made of; references into `components` are followed, each once. */
export function schemasIn (document: OpenApiDocument, root: unknown, at = '', seen = new Set<unknown>()): PlacedSchema[] {
  const schema = resolve(document, root)
  if (schema === undefined || seen.has(schema)) return []
  seen.add(schema)
  const inner = (value: unknown, place: string) => schemasIn(document, value, place, seen)
  const named = Object.entries(asObject(schema['properties']) ?? {}).flatMap(([name, value]) => inner(value, `${at}/${name}`))
  const combined = ['allOf', 'anyOf', 'oneOf', 'prefixItems'].flatMap(key => Array.isArray(schema[key]) ? schema[key].flatMap(value => inner(value, at)) : [])
  return [{ at, schema }, ...named, ...combined, ...inner(schema['items'], at), ...inner(schema['additionalProperties'], at)]
}

function resolve (document: OpenApiDocument, value: unknown): Readonly<Record<string, unknown>> | undefined {
  const schema = asObject(value)
  const reference = schema?.['$ref']
  if (typeof reference !== 'string') return schema
  return asObject(document.components?.schemas?.[reference.replace('#/components/schemas/', '')])
}

function asObject (value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined
}
