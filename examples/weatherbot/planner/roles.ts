import type { Args, Schema, Tool } from '../api/client.js'
import { NothingFits } from './nothing-fits.js'
import type { Named } from './where.js'

/** What a question says, each under the role that it plays. */
export interface Said extends Partial<Record<'place' | 'from' | 'to' | 'name', string>>, Partial<Record<'latitude' | 'longitude' | 'days', number>> {}

type RoleName = keyof Said

interface Role {
  readonly types: readonly string[]
  /** What a property in this role is called, in separate words. */
  readonly name: RegExp
  /** What its description says, where the name does not tell. */
  readonly description: RegExp
  readonly label: string
}

const text = ['string']
const number = ['number', 'integer']

const roles: Readonly<Record<RoleName, Role>> = {
  place: { types: text, name: /\b(?:place|city|town|location|address)\b/i, description: /\b(?:city|town|name of a place)\b/i, label: 'a place by its name' },
  latitude: { types: number, name: /\blat(?:itude)?\b/i, description: /\blatitude\b|\bdegrees north\b/i, label: 'a latitude' },
  longitude: { types: number, name: /\b(?:long?|lng|longitude)\b/i, description: /\blongitude\b|\bdegrees east\b/i, label: 'a longitude' },
  days: { types: number, name: /\bdays\b/i, description: /\b(?:how many|number of) days\b/i, label: 'a number of days' },
  from: { types: text, name: /\b(?:from|start|since|begin|after)\b/i, description: /\b(?:first|earliest|start) (?:day|date)\b/i, label: 'a first day' },
  to: { types: text, name: /\b(?:to|end|until|till|before)\b/i, description: /\b(?:last|latest|end) (?:day|date)\b/i, label: 'a last day' },
  name: { types: text, name: /\b(?:name|title|label)\b/i, description: /\b(?:name|call)\b/i, label: 'a name' }
}

/** "startDate", "start_date" and "start-date" as words. */
export const wordsOf = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ')

/** The property of a tool that a role is meant for: by its name first, then by what its description says. */
function propertyFor (role: Role, { input }: Tool): [string, Schema] | undefined {
  const fitting = Object.entries(input.properties).filter(([, { type }]) => typeof type !== 'string' || role.types.includes(type))
  return fitting.find(([name]) => role.name.test(wordsOf(name))) ?? fitting.find(([, { description }]) => typeof description === 'string' && role.description.test(description))
}

/** Arguments for a tool, or why it can't be asked that. */
export type Filled = { readonly args: Record<string, unknown> } | { readonly because: string }

/** Puts what was said where the tool's description wants it, beside what is given. What it has no place for is admitted, not left out. */
export function fill (tool: Tool, said: Said, given: Args = {}): Filled {
  const args: Record<string, unknown> = { ...given }
  for (const [name, value] of Object.entries(said) as Array<[RoleName, string | number | undefined]>) {
    if (value === undefined) continue
    const role = roles[name]
    const [property, schema] = propertyFor(role, tool) ?? []
    if (property === undefined || property in args) return { because: `The weather service has no way to ask for ${role.label}.` }
    const most = schema?.['maximum']
    if (name === 'days' && typeof most === 'number' && Number(value) > most) return { because: `The weather service tells ${most} days at the most, counted from today; your question would take ${value}.` }
    args[property] = value
  }
  const missing = tool.input.required.find(property => !(property in args))
  return missing === undefined ? { args } : { because: `The weather service also wants to know “${missing.slice(0, 60)}” for that, which I cannot tell from your question.` }
}

/** A place as roles. */
export const sayWhere = (where: Named): Said => 'place' in where ? { place: where.place } : { latitude: where.latitude, longitude: where.longitude }

/** Whether a tool can't be called without an identifier, such as the id of a place. */
export const wantsIdentifier = ({ input }: Tool): boolean => input.required.some(name => {
  const description = input.properties[name]?.['description']
  return /\b(?:id|uuid|guid|identifier)\b/i.test(wordsOf(name)) || (typeof description === 'string' && /\b(?:identifier|uuid)\b/i.test(description))
})

/** The name of a place among the arguments for a tool. */
export function placeOf (tool: Tool, args: Args): string | undefined {
  const [property] = propertyFor(roles.place, tool) ?? []
  const value = property === undefined ? undefined : args[property]
  return typeof value === 'string' ? value : undefined
}

/** The same arguments with coordinates instead of a name. @throws NothingFits when the tool takes none */
export function toCoordinates (tool: Tool, args: Args, where: Named): Args {
  const [place] = propertyFor(roles.place, tool) ?? []
  const filled = fill(tool, sayWhere(where), Object.fromEntries(Object.entries(args).filter(([name]) => name !== place)))
  if ('because' in filled) throw new NothingFits(filled.because)
  return filled.args
}
