import { Problem } from '../errors.js'
import type { Place } from './json-schema.js'

export type Arguments = Readonly<Record<string, unknown>>

/** What a tool's arguments become: a request to its route. */
export interface ToolRequest {
  /** Path and query. */
  url: string
  payload?: object
}

/**
 * Puts arguments where the route expects them. Every value is encoded, and one that would be another
 * path is refused: no argument leads to another route than the tool's.
 *
 * Does NOT check types; the tool's schema has.
 * @param pattern the route's, such as `/v1/places/:id`
 * @throws Problem `validation_failed` for a value that can't stand in a path
 */
export function toolRequest (pattern: string, places: ReadonlyMap<string, Place>, args: Arguments): ToolRequest {
  const inPlace = (place: Place): Array<[string, unknown]> => Object.entries(args).filter(([name]) => places.get(name) === place)
  const params = new Map(inPlace('params'))
  const path = pattern.replace(/:(\w+)/g, (_all, name: string) => segment(name, params.get(name)))
  const query = new URLSearchParams(inPlace('query').map(([name, value]): [string, string] => [name, String(value)])).toString()
  const takesBody = [...places.values()].includes('body')
  return {
    url: query === '' ? path : `${path}?${query}`,
    ...(takesBody ? { payload: Object.fromEntries(inPlace('body')) } : {})
  }
}

/** URL parsers take these for a step up or for nothing at all, encoded or not (WHATWG URL, path state). */
const NO_SEGMENT = ['', '.', '..']
const LONE_SURROGATE = /\p{Cs}/u

function segment (name: string, value: unknown): string {
  const text = String(value)
  if (NO_SEGMENT.includes(text) || LONE_SURROGATE.test(text)) throw new Problem('validation_failed', `arguments/${name}: can't stand in a path`)
  return encodeURIComponent(text)
}
