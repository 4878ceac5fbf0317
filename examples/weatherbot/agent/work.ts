import type { Args, Tool } from '../api/client.js'
import { wrongArguments } from '../api/arguments.js'
import type { Choice } from '../planner/meaning.js'
import { Trouble } from '../trouble.js'

/** The API for the person of a session. Throws `Challenged` or `Trouble`. */
export interface Api {
  tools (): Promise<readonly Tool[]>
  /** Says what will be called besides, so that the permissions for all of it are asked for at once. Calls nothing. */
  need (...tools: readonly Tool[]): void
  call (tool: Tool, args: Args): Promise<unknown>
}

/** What an answer is made with. */
export interface Work extends Pick<Api, 'need'> {
  readonly tools: readonly Tool[]
  readonly ask: (choice: Choice) => Promise<unknown>
}

/** Calls that are held against the tools' descriptions: nothing is sent that they do not allow. */
export function workWith (api: Api, tools: readonly Tool[]): Work {
  return {
    tools,
    need: api.need,
    async ask ({ tool, args }) {
      const wrong = wrongArguments(tool, args)
      if (wrong !== undefined) throw new Trouble('arguments', `That does not fit what the weather service takes for “${tool.name}”: ${wrong}. Nothing was sent.`)
      return await api.call(tool, args)
    }
  }
}
