import { StartError } from '../errors.js'
import { speakable } from '../logto/words.js'
import { LogtoError } from '../logto/error.js'
import { ConflictError } from '../logto/plan/index.js'
import { UsageError } from './arguments.js'

/** What went wrong: a line for what a person can mend; a fault of ours keeps its stack. */
export function errorLines (error: unknown): string[] {
  if (error instanceof UsageError) return [line(error.message), '', error.usage]
  if (error instanceof ConflictError) return error.conflicts.map(line)
  if (error instanceof LogtoError || error instanceof StartError) return [line(error.message)]
  return [`scopegate: ${error instanceof Error ? error.stack ?? error.message : String(error)}`]
}

function line (message: string): string {
  return speakable(`scopegate: ${message.replaceAll(/\s+/g, ' ')}`)
}
