import { parseEnv } from 'node:util'
import { StartError } from '../../../errors.js'

/**
 * The text of an environment file with some variables set: in their place where they stand already, else
 * at the end. Every other line is kept, letter by letter.
 * @throws StartError when that would change the meaning of another line, such as a text of several lines
 */
export function withVariables (text: string, values: Readonly<Record<string, string>>): string {
  let result = text
  for (const [name, value] of Object.entries(values)) result = withVariable(result, name, quoted(name, value))
  const expected = { ...parseEnv(text), ...values }
  const got = parseEnv(result)
  const names = new Set([...Object.keys(expected), ...Object.keys(got)])
  const broken = [...names].find(name => expected[name] !== got[name])
  if (broken !== undefined) throw new StartError(`--write-env: expected a file in which ${Object.keys(values).join(', ')} can be set line by line, found one in which that would change ${broken}`)
  return result
}

/** The first line that sets it is replaced; further ones, which would win, go. */
function withVariable (text: string, name: string, value: string): string {
  const line = `${name}=${value}`
  const sets = new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`)
  const lines = text.split('\n')
  const first = lines.findIndex(one => sets.test(one))
  if (first === -1) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`
  return lines.flatMap((one, at) => at === first ? [one.endsWith('\r') ? `${line}\r` : line] : sets.test(one) ? [] : [one]).join('\n')
}

const PLAIN = /^[\w.:/@+-]+$/

function quoted (name: string, value: string): string {
  if (PLAIN.test(value)) return value
  const quote = ["'", '"', '`'].find(one => !value.includes(one))
  if (quote === undefined || /[\r\n]/.test(value)) throw new StartError(`--write-env: ${name} has characters that an environment file can't hold`)
  return `${quote}${value}${quote}`
}
