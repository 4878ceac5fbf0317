import type { Tool } from '../api/client.js'
import { choose, type Choice } from '../planner/meaning.js'
import { NothingFits } from '../planner/nothing-fits.js'
import { ownName, type Named, type Where } from '../planner/where.js'
import { PlaceListSchema, shaped, type Place } from '../shapes.js'
import { Trouble } from '../trouble.js'
import type { Work } from './work.js'

/** The answer, and the saved place that it is about, if it is about one. */
export interface Found { readonly body: unknown, readonly saved?: Place }

/**
 * Asks about a place. What the person calls their own is looked for among the saved places; so is a name
 * that the API does not know, because it may be one that the person gave.
 * @param at the call for a place that has a name or coordinates
 * @throws NothingFits when the person has not saved a place of that name; Challenged and Trouble of the calls
 */
export async function askAt (where: Where, work: Work, at: (where: Named) => Choice): Promise<Found> {
  if ('saved' in where) return await askAtSaved(where.saved, work, at)
  try {
    return { body: await work.ask(at(where)) }
  } catch (error) {
    const list = 'place' in where && error instanceof Trouble && error.kind === 'api_unknown_place' ? listIn(work.tools) : undefined
    if (list === undefined || !('place' in where)) throw error
    const saved = one(await placesOf(list, work), where.place)
    if (saved === undefined) throw new Trouble('api_unknown_place', `${(error as Trouble).message} You have not saved a place of that name either.`, { cause: error })
    return { body: await work.ask(at(coordinatesOf(saved))), saved }
  }
}

async function askAtSaved (name: string, work: Work, at: (where: Named) => Choice): Promise<Found> {
  const list = choose(work.tools, 'places', {})
  work.need(list.tool, at({ latitude: 0, longitude: 0 }).tool)
  const saved = one(await placesOf(list, work), name)
  if (saved === undefined) throw new NothingFits(`You have not saved a place called “${name}”. Try “Save Seattle as ${name}”, or name a town with its state or country, such as “Home, WA”.`)
  return { body: await work.ask(at(coordinatesOf(saved))), saved }
}

const coordinatesOf = ({ latitude, longitude }: Place): Named => ({ latitude, longitude })

const placesOf = async (list: Choice, { ask }: Work): Promise<readonly Place[]> => shaped(PlaceListSchema, await ask(list)).places

/** The call that lists the saved places, if the API has one. */
function listIn (tools: readonly Tool[]): Choice | undefined {
  try {
    return choose(tools, 'places', {})
  } catch (error) {
    if (error instanceof NothingFits) return undefined
    throw error
  }
}

/** "Home", "home" and "my home" are one name. */
const plain = (name: string): string => (ownName(name) ?? name).normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The saved place of this name. @throws NothingFits when there are several, in different places */
function one (places: readonly Place[], name: string): Place | undefined {
  const found = places.filter(place => plain(place.name) === plain(name))
  const spots = new Set(found.map(({ latitude, longitude }) => `${latitude}, ${longitude}`))
  if (spots.size > 1) throw new NothingFits(`You have saved ${spots.size} places called “${name}”: ${[...spots].slice(0, 5).join('; ')}. Ask with the coordinates of the one you mean.`)
  return found[0]
}
