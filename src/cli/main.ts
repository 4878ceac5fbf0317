import { loadConfig } from '../config/index.js'
import { packageVersion } from '../version.js'
import { applyCommand } from './apply.js'
import { parseArguments, UsageError, type LogtoCommand, type LogtoOptions } from './arguments.js'
import { errorLines } from './errors.js'
import { exitCodes } from './exit-codes.js'
import { planCommand } from './plan.js'
import type { Terminal } from './terminal.js'

/**
 * Runs one command line of `scopegate`. Never rejects: what goes wrong is told on the standard error.
 * @returns the exit code
 */
export async function main (args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const invocation = parseArguments(args)
    if (invocation.kind === 'logto') return await logto(invocation.command, invocation.options, terminal)
    terminal.out(invocation.kind === 'version' ? packageVersion() : invocation.text)
    return exitCodes.ok
  } catch (error) {
    for (const line of errorLines(error)) terminal.err(line)
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failure
  }
}

async function logto (command: LogtoCommand, options: LogtoOptions, terminal: Terminal): Promise<number> {
  const config = loadConfig(terminal.env, { dotenv: true })
  if (command === 'plan') return planCommand(config, options, terminal)
  if (command === 'apply') return applyCommand(config, options, terminal)
  const { doctor } = await import('../logto/doctor/index.js')
  return doctor(config, { json: options.json, print: terminal.out, colour: terminal.colour })
}
