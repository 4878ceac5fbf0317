import { Type, type Static } from '@sinclair/typebox'
import { isObject, type Resolve } from '../input-schema.js'

// As much of OpenAPI 3 as WeatherBot reads. What else a document says is not looked at.
const maybeText = Type.Optional(Type.String())
const ServersSchema = Type.Optional(Type.Array(Type.Object({ url: Type.String() })))
const Security = Type.Optional(Type.Array(Type.Record(Type.String(), Type.Array(Type.String()))))

/** The methods that an operation may stand under. */
export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

export const DocumentSchema = Type.Object({
  openapi: Type.String({ pattern: '^3\\.[01]\\.' }),
  servers: ServersSchema,
  security: Security,
  /** Path items: operations by method, and parameters that they share. Each is looked at by itself. */
  paths: Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))
})

export const OperationSchema = Type.Object({
  operationId: Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$' }),
  summary: maybeText,
  description: maybeText,
  tags: Type.Optional(Type.Array(Type.String())),
  parameters: Type.Optional(Type.Array(Type.Unknown())),
  requestBody: Type.Optional(Type.Unknown()),
  security: Security,
  servers: ServersSchema
})

export const ParameterSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  in: Type.String(),
  required: Type.Optional(Type.Boolean()),
  description: maybeText,
  schema: Type.Optional(Type.Unknown())
})

export const BodySchema = Type.Object({
  required: Type.Optional(Type.Boolean()),
  content: Type.Object({ 'application/json': Type.Object({ schema: Type.Unknown() }) })
})

export type Document = Static<typeof DocumentSchema>
export type DocumentOperation = Static<typeof OperationSchema>
export type Servers = Static<typeof ServersSchema>

const MAX_HOPS = 5

/** Follows references within the document (RFC 6901), never to another one. What leads nowhere is `undefined`. */
export function resolverOf (document: Document): Resolve {
  return function resolve (value) {
    let found = value
    for (let hops = 0; isObject(found) && '$ref' in found; hops++) found = hops < MAX_HOPS ? target(document, found['$ref']) : undefined
    return found
  }
}

function target (document: Document, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined
  const names = reference.slice(2).split('/').map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>((at, name) => isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined, document)
}
