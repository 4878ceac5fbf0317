import { Trouble } from '../../trouble.js'
import type { Args } from '../client.js'

/** Where in a request an argument goes. */
export type Position = 'path' | 'query' | 'body'

/** How an operation is called. */
export interface Call {
  readonly method: string
  /** Of the API's own origin, without a slash at the end. */
  readonly base: string
  /** Such as `/places/{id}`; `isPlainPath` holds. */
  readonly path: string
  readonly positions: ReadonlyMap<string, Position>
}

/** Between slashes one name, of letters that mean nothing special in an address, or one `{parameter}`. */
const SEGMENT = /^(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*|\{[A-Za-z0-9_-]+\})$/

/** Whether a path can only lead where it says: no `..`, no `//`, nothing encoded, no query. */
export function isPlainPath (path: string): boolean {
  const [first, ...segments] = path.split('/')
  return first === '' && segments.length > 0 && segments.length <= 20 && segments.every(segment => SEGMENT.test(segment))
}

/** The names in a path. */
export const parametersOf = (path: string): string[] => [...path.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name)

/** A request with these arguments. @throws Trouble when one can't stand where it belongs */
export function requestOf ({ method, base, path, positions }: Call, args: Args): { method: string, url: URL, body?: string } {
  const filled = path.replace(/\{([^}]*)\}/g, (_whole, name: string) => segment(name, args[name]))
  const url = new URL(base + filled)
  // Whatever an address parser makes of it, it must be the address that was put together here.
  if (url.href !== base + filled) throw new Trouble('arguments', 'The address of this operation cannot be put together.')
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(args)) {
    const position = positions.get(name)
    if (position === 'body') body[name] = value
    if (position === 'query') for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, text(name, one))
  }
  return { method, url, ...([...positions.values()].includes('body') ? { body: JSON.stringify(body) } : {}) }
}

function segment (name: string, value: unknown): string {
  const found = text(name, value)
  // Encoded or not, address parsers take these for a step up or for nothing.
  if (found === '' || found === '.' || found === '..') throw new Trouble('arguments', `“${found}” cannot be the ${name}.`)
  return encodeURIComponent(found)
}

function text (name: string, value: unknown): string {
  const simple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (!simple || /\p{Cs}/u.test(String(value))) throw new Trouble('arguments', `The ${name} cannot stand in an address.`)
  return String(value)
}
