import type { Intent } from '../agent/intent.js'
import { dayOf, isReal, type Days } from './calendar.js'
import { limitOf } from './limits.js'
import { daysUntil, hasUnknownTime, timeIn } from './when.js'
import { placeIn, tidy, whereOf, type Where } from './where.js'

/** Longest question that is read. */
export const MAX_QUESTION = 200

/** Questions that WeatherBot understands; the start page offers them. */
export const examples = [
  'What is the forecast for Seattle?',
  'How was the weather in New York in July 2014?',
  'Show my places',
  'Save Seattle as home'
] as const

const unknown = (because: string): Intent => ({ kind: 'unknown', because })
const honest = (because?: string): Intent | undefined => because === undefined ? undefined : unknown(because)

const weatherWords = /\b(?:weather|forecast|outlook|rain\w*|snow\w*|sun\w*|wind\w*|fog\w*|cloud\w*|temperatures?|cold|warm|hot|dry|wet|umbrella|climate|observ\w*|measure\w*)\b/i
const pastWords = /\b(?:past|was|were|did|been|had|observ\w*|measured|histor\w*)\b/i
const futureWords = /\b(?:will|going to|forecast|outlook|next|tomorrow|today|tonight|now)\b/i

/**
 * Finds out what is wanted, by a few rules and no language model: an example that is easy to
 * follow and never surprises. What no rule fits is admitted, not guessed.
 */
export function plan (question: string, today: Date): Intent {
  const text = tidy(question)
  if (text === '') return unknown('You did not ask anything.')
  if (text.length > MAX_QUESTION) return unknown(`Your question is longer than ${MAX_QUESTION} characters.`)
  return savePlan(text) ?? honest(limitOf(text)) ?? placesPlan(text) ?? weatherPlan(text, today)
}

function savePlan (text: string): Intent | undefined {
  const [, rest] = /^(?:please\s+)?(?:save|remember|add|store|keep)\s+(.+)$/i.exec(text) ?? []
  if (rest === undefined) return undefined
  const asked = rest.replace(/\s+(?:to|in|among)\s+my\s+places$/i, '')
  const [, place = asked, name = asked] = /^(.+?)\s+as\s+(.+)$/i.exec(asked) ?? []
  const where = /^as\s/i.test(asked) ? undefined : whereOf(place)
  if (where === undefined) return unknown('I did not understand which place I should save. Try “Save Seattle as home”.')
  return { kind: 'save', where, name: tidy(name.replace(/^(?:my|our)\s+(?=\S)/i, '')) }
}

function placesPlan (text: string): Intent | undefined {
  if (/\b(?:delete|remove|forget|rename|change|move)\b/i.test(text)) {
    return unknown('I can list and save places, but not change or delete them.')
  }
  if (!/\bmy\s+(?:\w+\s+)?places?\b|\bplaces\s+(?:do\s+)?i\b|\bsaved\s+places\b/i.test(text)) return undefined
  if (weatherWords.test(text)) return unknown('I can look up the weather of one place at a time. Name it, for instance “Forecast for Seattle”.')
  return { kind: 'places' }
}

/** Nobody forecasts so far ahead, whatever a description says. */
const MAX_AHEAD = 366

function weatherPlan (text: string, today: Date): Intent {
  if (!weatherWords.test(text)) return unknown('I can tell the forecast and the past weather of a place, and list or save your places. I did not find any of that in your question.')
  const past = pastWords.test(text) && !futureWords.test(text)
  const { days, rest } = timeIn(text, { today, past })
  if (days !== undefined && !isReal(days)) return unknown('The calendar has no such days. Try “on July 4 2014”, “from 2014-07-01 to 2014-07-10” or “in 3 days”.')
  if (hasUnknownTime(rest)) return unknown('I did not understand the time in your question. Try “on July 4 2014”, “in July 2014”, “tomorrow” or “the next 5 days”.')
  const where = placeIn(rest)
  if (where === undefined) return unknown('I did not find the name of a place in your question. Try “Forecast for Seattle”.')
  return days === undefined ? { kind: past ? 'observations' : 'forecast', where } : atTime(where, days, today)
}

/** Days that are over were observed; those to come are in the forecast, as far as that goes. */
function atTime (where: Where, { from, to }: Days, today: Date): Intent {
  const now = dayOf(today)
  if (to < now) return { kind: 'observations', where, from, to }
  if (from < now) return unknown('I can tell past days or the days ahead, but not both at once. Ask for one of them.')
  const days = daysUntil(to, today)
  if (days > MAX_AHEAD) return unknown(`That is beyond any forecast: ${to} is ${days - 1} days away.`)
  return { kind: 'forecast', where, days }
}
