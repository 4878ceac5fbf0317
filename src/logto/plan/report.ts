import { counted, speakable } from '../words.js'
import type { Change, Comparison, Detail, Unmanaged, Value } from './change.js'

const signs: Record<Change['action'], string> = { create: '+', update: '~', delete: '-' }
/** SGR codes: green, yellow, red. */
const colours = { '+': 32, '~': 33, '-': 31, '!': 33 }

export type Paint = (sign: keyof typeof colours, line: string) => string

/** Lines with colour, or as they are. Also makes them safe for a terminal: names in a tenant are anybody's. */
export function paint (colour: boolean): Paint {
  return (sign, line) => colour ? `\u001b[${colours[sign]}m${speakable(line)}\u001b[0m` : speakable(line)
}

/** What a program reads: a change without how it is made. */
export function publicChange ({ action, kind, subject, details }: Change): Change {
  return { action, kind, subject, details }
}

/** `{ changes, unmanaged, conflicts, notes }`. */
export function planDocument ({ changes, unmanaged, conflicts, notes }: Comparison) {
  return { changes: changes.map(publicChange), unmanaged, conflicts, notes }
}

/** A plan as people read it: a diff, what is left alone, and how much there is to do. */
export function planLines (found: Comparison, painted: Paint): string[] {
  const { changes } = found
  return [
    ...changes.flatMap(change => changeLines(change, painted)),
    ...changes.length === 0 ? [] : [''],
    ...remarkLines(found, painted),
    ...found.unmanaged.length + found.notes.length === 0 ? [] : [''],
    ...found.conflicts.map(conflict => painted('!', `! ${conflict}`)),
    summary(found)
  ]
}

/** What is left alone, and what is worth knowing. */
export function remarkLines ({ unmanaged, notes }: Comparison, painted: Paint): string[] {
  const [warnings, others] = [unmanaged.filter(({ warning }) => warning), unmanaged.filter(({ warning }) => !warning)]
  return [
    ...warnings.map(one => painted('!', `! ${unmanagedInWords(one)} (--prune takes it away)`)),
    ...others.length === 0 ? [] : ['Not in the code; stays, unless --prune is given:'],
    ...others.map(one => speakable(`  ${unmanagedInWords(one)}`)),
    ...notes.map(note => speakable(`Note: ${note}`))
  ]
}

function summary ({ changes, conflicts }: Comparison): string {
  if (conflicts.length > 0) return `${counted(conflicts.length, 'conflict')}: nothing is applied until ${conflicts.length === 1 ? 'it is' : 'they are'} settled.`
  if (changes.length === 0) return 'Nothing to do: the tenant is as the code wants it.'
  const count = (action: Change['action']) => changes.filter(change => change.action === action).length
  return `${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete.`
}

/** `+ role "Weather user"`. */
export function headline ({ action, subject }: Change, painted: Paint): string {
  return painted(signs[action] as '+', `${signs[action]} ${subject}`)
}

export function changeLines (change: Change, painted: Paint): string[] {
  return [headline(change, painted), ...change.details.flatMap(detail => detailLines(detail, painted))]
}

function detailLines ({ name, from, to }: Detail, painted: Paint): string[] {
  if (isList(from) || isList(to)) return [speakable(`    ${name}`), ...listLines(isList(from) ? from : [], isList(to) ? to : [], painted)]
  if (from === undefined) return [speakable(`    ${name}: ${shown(to)}`)]
  return [speakable(`    ${name}: ${shown(from)}${to === undefined ? '' : ` → ${shown(to)}`}`)]
}

function listLines (from: readonly string[], to: readonly string[], painted: Paint): string[] {
  return [
    ...from.map(one => to.includes(one) ? speakable(`        ${one}`) : painted('-', `      - ${one}`)),
    ...to.filter(one => !from.includes(one)).map(one => painted('+', `      + ${one}`))
  ]
}

function isList (value: Value | undefined): value is readonly string[] {
  return Array.isArray(value)
}

function shown (value: Exclude<Value, readonly string[]> | undefined): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return typeof value === 'string' ? `"${value}"` : String(value)
}

function unmanagedInWords ({ subject, name, values }: Unmanaged): string {
  return `${subject}: ${name}: ${values.join(', ')}`
}
