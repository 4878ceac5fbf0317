import type { InputSchema, Schema } from './client.js'

/**
 * Kept as they are. `pattern` and `format` are left out on purpose: a regular expression from elsewhere
 * can take for ever, and the API checks for itself what it is sent.
 */
const plain = ['type', 'enum', 'const', 'default', 'description', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum',
  'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'required'] as const
const listed = ['anyOf', 'oneOf', 'allOf'] as const

const MAX_DEPTH = 6
const MAX_PROPERTIES = 50
/** Parts of all schemas of one API together, counted each time that a `$ref` leads to them. */
const MAX_PARTS = 20_000

/** Follows a `$ref`; gives anything else back as it is. */
export type Resolve = (value: unknown) => unknown

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws RangeError */
export type Reduce = (schema: unknown) => Schema

/**
 * Schemas from elsewhere, reduced to what WeatherBot reads. One for all schemas of an API: a short document
 * can mean a huge schema, because what is referred to is written out each time.
 * @returns a function that throws RangeError for what is nested or branched beyond reason
 */
export function createReducer (resolve: Resolve): Reduce {
  let parts = 0

  function reduced (schema: unknown, depth: number): Schema {
    parts += 1
    if (depth > MAX_DEPTH || parts > MAX_PARTS) throw new RangeError('a schema is nested too deep, or has too many parts')
    const given = resolve(schema)
    if (!isObject(given)) return {}
    const inner = (value: unknown): Schema => reduced(value, depth + 1)
    const result: Record<string, unknown> = {}
    for (const name of plain) if (name in given) result[name] = given[name]
    for (const name of listed) {
      const branches = given[name]
      if (Array.isArray(branches)) result[name] = bounded(branches).map(inner)
    }
    if (isObject(given['items'])) result['items'] = inner(given['items'])
    if (isObject(given['properties'])) result['properties'] = Object.fromEntries(bounded(Object.entries(given['properties'])).map(([name, value]) => [name, inner(value)]))
    if (given['additionalProperties'] === false) result['additionalProperties'] = false
    return result
  }

  return schema => reduced(schema, 0)
}

export function bounded<T> (list: T[]): T[] {
  if (list.length > MAX_PROPERTIES) throw new RangeError('a list in a schema is too long')
  return list
}

/** The object that a tool takes. */
export function inputSchema (properties: Readonly<Record<string, Schema>>, required: readonly string[]): InputSchema {
  return { type: 'object', properties, required: [...new Set(required)], additionalProperties: false }
}
