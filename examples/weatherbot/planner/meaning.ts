import type { Args, Tool } from '../api/client.js'
import { NothingFits } from './nothing-fits.js'
import { fill, wordsOf, type Said } from './roles.js'

/** What the planner looks for among the API's tools. It knows words for it, but no paths and no names. */
interface Meaning {
  readonly about: RegExp
  readonly does?: RegExp
  readonly writes: boolean
  readonly label: string
}

const meanings = {
  forecast: { about: /\b(?:forecasts?|outlooks?|next days)\b/i, writes: false, label: 'weather forecasts' },
  observations: { about: /\b(?:observ\w+|histor\w+|past|measurements?)\b/i, writes: false, label: 'past weather' },
  places: { about: /\b(?:places?|locations?|favou?rites?)\b/i, does: /\b(?:list|all|show|get)\b/i, writes: false, label: 'a list of saved places' },
  save: { about: /\b(?:places?|locations?|favou?rites?)\b/i, does: /\b(?:create|add|save|store|new)\b/i, writes: true, label: 'a way to save places' }
} as const satisfies Record<string, Meaning>

/** A tool and its arguments. */
export interface Choice { readonly tool: Tool, readonly args: Args }

/**
 * The tool that means this, with what was said as its arguments. Of several the best described one that
 * can be filled in counts.
 * @throws NothingFits when there is none
 */
export function choose (tools: readonly Tool[], meaning: keyof typeof meanings, said: Said): Choice {
  const wanted: Meaning = meanings[meaning]
  const fitting = tools.map(tool => ({ tool, score: score(tool, wanted) })).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score)
  let because = `The weather service offers nothing that I recognise as ${wanted.label}.`
  for (const [index, { tool }] of fitting.entries()) {
    const filled = fill(tool, said)
    if ('args' in filled) return { tool, args: filled.args }
    if (index === 0) because = filled.because
  }
  throw new NothingFits(because)
}

/** How well a tool's description fits; 0 when its name, title and tags say nothing of the kind. */
function score ({ name, title, tags, description, writes }: Tool, { about, does, ...wanted }: Meaning): number {
  const words = wordsOf(name)
  if (writes !== wanted.writes) return 0
  const subject = points(about, words, 4) + points(about, title, 2) + points(about, tags.join(' '), 1)
  const deed = does === undefined ? 0 : points(does, words, 2) + points(does, title, 1)
  // Something may be about places and yet do something else with them: rename or delete them.
  if (subject === 0 || (does !== undefined && deed === 0)) return 0
  return subject + deed + points(about, description, 1)
}

const points = (pattern: RegExp, text: string, worth: number): number => pattern.test(text) ? worth : 0
