import { Ajv, type ErrorObject } from 'ajv'
import { Trouble } from '../trouble.js'
import type { Args, Tool } from './client.js'

/** What is wrong with the arguments of a call, in words; nothing is converted or filled in. @throws Trouble when the tool's schema is no schema */
export function wrongArguments ({ name, input }: Tool, args: Args): string | undefined {
  const check = compile(name, input)
  if (check(args)) return undefined
  return check.errors?.map(inWords).join('; ').slice(0, 300)
}

function compile (name: string, input: object) {
  try {
    return new Ajv({ strict: false, logger: false }).compile(input)
  } catch (error) {
    throw new Trouble('api_description', `The weather service describes what “${name}” takes in a way that WeatherBot does not understand.`, { cause: error })
  }
}

function inWords ({ instancePath, message = 'is wrong', params }: ErrorObject): string {
  const extra: unknown = params['additionalProperty']
  const where = `${instancePath.slice(1)}${typeof extra === 'string' ? ` “${extra.slice(0, 60)}”` : ''}`.trim()
  return where === '' ? message : `${where} ${message}`
}
