import { choose } from '../planner/meaning.js'
import { NothingFits } from '../planner/nothing-fits.js'
import { sayWhere } from '../planner/roles.js'
import { ForecastSchema, ObservationsSchema, PlaceListSchema, PlaceSchema, shaped, type Location, type Place } from '../shapes.js'
import { Trouble } from '../trouble.js'
import type { Intent } from './intent.js'
import type { Outcome } from './outcome.js'
import { askAt } from './saved.js'
import { workWith, type Api, type Work } from './work.js'

type Planned = Exclude<Intent, { kind: 'call' | 'unknown' }>
type Save = Extract<Intent, { kind: 'save' }>

/** Does what an intent says. Asks the API as often as it must, and no more. */
export async function carryOut (intent: Exclude<Intent, { kind: 'call' }>, api: Api): Promise<Outcome> {
  if (intent.kind === 'unknown') return { kind: 'unknown', text: intent.because }
  return await answer(intent, workWith(api, await api.tools()))
}

async function answer (intent: Planned, work: Work): Promise<Outcome> {
  const { tools, ask } = work
  switch (intent.kind) {
    case 'forecast': {
      const { body, saved } = await askAt(intent.where, work, where => choose(tools, 'forecast', { ...sayWhere(where), days: intent.days }))
      return { kind: 'forecast', forecast: shaped(ForecastSchema, body), saved }
    }
    case 'observations': {
      const { from, to } = intent
      const { body, saved } = await askAt(intent.where, work, where => choose(tools, 'observations', { ...sayWhere(where), from, to }))
      return { kind: 'observations', observations: shaped(ObservationsSchema, body), saved }
    }
    case 'places':
      return { kind: 'places', places: shaped(PlaceListSchema, await ask(choose(tools, 'places', {}))).places }
    case 'save':
      return { kind: 'saved', place: await save(intent, work) }
  }
}

async function save (intent: Save, work: Work): Promise<Place> {
  const { tools, ask } = work
  const saving = ({ latitude, longitude }: Pick<Location, 'latitude' | 'longitude'>) => choose(tools, 'save', { name: intent.name, latitude, longitude })
  // Before anything is looked up: is there a way to save it at all?
  work.need(saving({ latitude: 0, longitude: 0 }).tool)
  return shaped(PlaceSchema, await ask(saving(await locate(intent, work))))
}

/** A place is saved by its coordinates; the API tells those of a name along with a forecast. */
async function locate ({ where, name }: Save, work: Work): Promise<Pick<Location, 'latitude' | 'longitude'>> {
  if ('latitude' in where) return where
  try {
    const { body } = await askAt(where, work, where => choose(work.tools, 'forecast', sayWhere(where)))
    return shaped(ForecastSchema, body).location
  } catch (error) {
    if (!(error instanceof Trouble) || error instanceof NothingFits) throw error
    const words = `To save “${name}” I need its coordinates and did not get them. ${error.message} You can give them yourself: “save 47.6, -122.3 as home”.`
    throw new Trouble(error.kind, words, { cause: error, status: error.status })
  }
}
