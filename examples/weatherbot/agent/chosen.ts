import { toCoordinates, placeOf } from '../planner/roles.js'
import { ownName, type Where } from '../planner/where.js'
import { Trouble } from '../trouble.js'
import type { Args, Tool } from '../api/client.js'
import type { Intent } from './intent.js'
import type { Outcome } from './outcome.js'
import { askAt } from './saved.js'
import { view } from './view.js'
import { workWith, type Api } from './work.js'

/**
 * Does what a language model chose. The tool and the arguments are looked at again: the description may have
 * changed meanwhile. The model does not know the saved places; "home" is looked up here.
 */
export async function carryOutCall ({ tool: name, args, confirmed }: Extract<Intent, { kind: 'call' }>, api: Api): Promise<Outcome> {
  const tools = await api.tools()
  const tool = tools.find(tool => tool.name === name)
  if (tool === undefined || (tool.writes && confirmed !== true)) throw new Trouble('api_changed', 'The weather service does not offer this any more in the way it was chosen; nothing was called.')
  const work = workWith(api, tools)
  const where = whereIn(tool, args)
  if (where === undefined) return view(await work.ask({ tool, args }), tool)
  const { body, saved } = await askAt(where, work, where => ({ tool, args: 'place' in where ? args : toCoordinates(tool, args, where) }))
  return view(body, tool, saved)
}

/** The place that a question is about, where the model gave its name. */
function whereIn (tool: Tool, args: Args): Where | undefined {
  const place = tool.writes ? undefined : placeOf(tool, args)
  if (place === undefined) return undefined
  const saved = ownName(place)
  return saved === undefined ? { place } : { saved }
}
