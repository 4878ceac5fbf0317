/** The part of JSON Schema that routes use for what they take: an object with named properties. */
export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly description?: string
}

/** Where in a request an argument goes. */
export type Place = 'params' | 'query' | 'body'

const known = ['type', 'properties', 'required', 'additionalProperties', 'description', 'title', '$id', 'minProperties', 'examples']

/**
 * One JSON object schema for everything that a route takes, whichever part of the request it stands in.
 * Unknown properties are refused. `minProperties` is left to the route.
 * @throws Error when a part is no plain object schema, or two parts have a property of the same name
 */
export function mergeSchemas (parts: Readonly<Partial<Record<Place, unknown>>>) {
  const properties: Record<string, unknown> = {}
  const places = new Map<string, Place>()
  const required: string[] = []
  for (const [place, part] of Object.entries(parts) as Array<[Place, unknown]>) {
    if (part === undefined) continue
    const schema = objectSchema(part, place)
    for (const [name, property] of Object.entries(schema.properties)) {
      if (places.has(name)) throw new Error(`"${name}" stands both in ${places.get(name)} and in ${place}`)
      places.set(name, place)
      properties[name] = property
    }
    required.push(...schema.required ?? [])
  }
  const schema = { type: 'object' as const, properties, required, additionalProperties: false }
  return { schema: plain(schema), places: places as ReadonlyMap<string, Place> }
}

function objectSchema (part: unknown, place: Place): ObjectSchema {
  if (!isObjectSchema(part)) throw new Error(`${place} is no object with properties`)
  const unknown = Object.keys(part).filter(keyword => !known.includes(keyword))
  if (unknown.length > 0) throw new Error(`${place} has "${unknown.join('", "')}", which can't be merged with the other parts`)
  return part
}

/** Whether a schema says of itself that it is about an object with properties. */
export function isObjectSchema (schema: unknown): schema is ObjectSchema {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object' && 'properties' in schema && typeof schema.properties === 'object'
}

/** A copy with nothing but JSON in it: TypeBox keeps symbols in its schemas. */
export function plain<T> (schema: T): T {
  return JSON.parse(JSON.stringify(schema)) as T
}
