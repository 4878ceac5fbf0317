import { parseArgs } from 'node:util'
import { logtoUsage, usage } from './usage.js'

export interface LogtoOptions {
  json: boolean
  prune: boolean
  /** File for client ids and secrets. */
  writeEnv: string | undefined
}
export type LogtoCommand = keyof typeof allowed

export type Invocation =
  { kind: 'text', text: string } |
  { kind: 'version' } |
  { kind: 'logto', command: LogtoCommand, options: LogtoOptions }

/** The command line is not one of ours. */
export class UsageError extends Error {
  override name = 'UsageError'
  constructor (message: string, readonly usage: string) { super(message) }
}

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  prune: { type: 'boolean' },
  'write-env': { type: 'string' }
} as const

/** Which options each command takes. */
const allowed = {
  plan: ['json', 'prune'],
  apply: ['json', 'prune', 'write-env'],
  doctor: ['json']
} as const satisfies Record<string, ReadonlyArray<keyof typeof options>>

/** What a command line asks for. Options may stand anywhere. @throws UsageError */
export function parseArguments (args: readonly string[]): Invocation {
  const { values, positionals } = parsed(args)
  const [area, command, ...rest] = positionals
  const known = area === 'logto' ? logtoUsage : usage
  if (values.help === true) return { kind: 'text', text: known }
  if (values.version === true && area === undefined) return { kind: 'version' }
  if (area === undefined) throw new UsageError('a command is needed', known)
  if (area !== 'logto') throw new UsageError(`there is no command ${JSON.stringify(area)}`, known)
  if (command === undefined) throw new UsageError('logto needs a command', known)
  if (!isLogtoCommand(command)) throw new UsageError(`there is no command ${JSON.stringify(`logto ${command}`)}`, known)
  if (rest.length > 0) throw new UsageError(`${JSON.stringify(rest[0])} is one word too many`, known)
  const foreign = Object.keys(values).find(name => !allowed[command].some(one => one === name))
  if (foreign !== undefined) throw new UsageError(`logto ${command} does not take --${foreign}`, known)
  if (values['write-env'] === '') throw new UsageError('--write-env needs the name of a file', known)
  return { kind: 'logto', command, options: { json: values.json ?? false, prune: values.prune ?? false, writeEnv: values['write-env'] } }
}

function parsed (args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    // Node's words; what follows the first sentence is about other programs' needs.
    const [first = ''] = (error as Error).message.split(/\.\s/)
    throw new UsageError(first, args.includes('logto') ? logtoUsage : usage)
  }
}

function isLogtoCommand (word: string): word is LogtoCommand {
  return Object.hasOwn(allowed, word)
}
