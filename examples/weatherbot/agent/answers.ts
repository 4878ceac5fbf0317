import type { Args, Tool } from '../api/client.js'
import { wrongArguments } from '../api/arguments.js'
import { choose, NothingFits, type Choice } from '../planner/meaning.js'
import { sayWhere } from '../planner/roles.js'
import type { Where } from '../planner/where.js'
import { ForecastSchema, ObservationsSchema, PlaceListSchema, PlaceSchema, shaped, type Place } from '../shapes.js'
import { Trouble } from '../trouble.js'
import type { Intent } from './intent.js'
import type { Outcome } from './outcome.js'
import { view } from './view.js'

/** The API for the person of a session. Throws `Challenged` or `Trouble`. */
export interface Api {
  tools (): Promise<readonly Tool[]>
  call (tool: Tool, args: Args): Promise<unknown>
}

/** Does what an intent says. Asks the API as often as it must, and no more. */
export async function carryOut (intent: Exclude<Intent, { kind: 'call' }>, api: Api): Promise<Outcome> {
  if (intent.kind === 'unknown') return { kind: 'unknown', text: intent.because }
  try {
    return await answer(intent, await api.tools(), checked(api))
  } catch (error) {
    if (error instanceof NothingFits) return { kind: 'unknown', text: error.message }
    throw error
  }
}

type Ask = (choice: Choice) => Promise<unknown>

async function answer (intent: Exclude<Intent, { kind: 'call' | 'unknown' }>, tools: readonly Tool[], ask: Ask): Promise<Outcome> {
  switch (intent.kind) {
    case 'forecast':
      return { kind: 'forecast', forecast: shaped(ForecastSchema, await ask(choose(tools, 'forecast', { ...sayWhere(intent.where), days: intent.days }))) }
    case 'observations': {
      const { where, from, to } = intent
      return { kind: 'observations', observations: shaped(ObservationsSchema, await ask(choose(tools, 'observations', { ...sayWhere(where), from, to }))) }
    }
    case 'places':
      return { kind: 'places', places: shaped(PlaceListSchema, await ask(choose(tools, 'places', {}))).places }
    case 'save':
      return { kind: 'saved', place: await save(tools, ask, intent.where, intent.name) }
  }
}

/** Does what a language model chose. The tool and the arguments are looked at again: the description may have changed meanwhile. */
export async function carryOutCall (intent: Extract<Intent, { kind: 'call' }>, api: Api): Promise<Outcome> {
  const tool = (await api.tools()).find(({ name }) => name === intent.tool)
  if (tool === undefined || (tool.writes && intent.confirmed !== true)) throw new Trouble('The weather service does not offer this any more in the way it was chosen; nothing was called.')
  return view(await checked(api)({ tool, args: intent.args }), tool)
}

/** Nothing is sent that the description does not allow. */
function checked (api: Api): Ask {
  return async ({ tool, args }) => {
    const wrong = wrongArguments(tool, args)
    if (wrong !== undefined) throw new Trouble(`That does not fit what the weather service takes for “${tool.name}”: ${wrong}. Nothing was sent.`)
    return await api.call(tool, args)
  }
}

async function save (tools: readonly Tool[], ask: Ask, where: Where, name: string): Promise<Place> {
  // Before anything is looked up: is there a way to save it at all?
  choose(tools, 'save', { name, latitude: 0, longitude: 0 })
  const { latitude, longitude } = 'place' in where ? await locate(tools, ask, where) : where
  return shaped(PlaceSchema, await ask(choose(tools, 'save', { name, latitude, longitude })))
}

/** A place is saved by its coordinates; the API tells those of a name along with a forecast. */
async function locate (tools: readonly Tool[], ask: Ask, where: { place: string }): Promise<{ latitude: number, longitude: number }> {
  try {
    return shaped(ForecastSchema, await ask(choose(tools, 'forecast', where))).location
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    throw new Trouble(`To save ${where.place} I need its coordinates and did not get them. ${error.message} You can give them yourself: “save 47.6, -122.3 as home”.`, error)
  }
}
