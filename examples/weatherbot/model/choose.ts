import type { Understand } from '../agent/index.js'
import type { Intent } from '../agent/intent.js'
import type { Tool } from '../api/client.js'
import { wrongArguments } from '../api/arguments.js'
import { isObject } from '../api/input-schema.js'
import { MAX_QUESTION } from '../planner/index.js'
import { wantsIdentifier } from '../planner/roles.js'
import { Trouble } from '../trouble.js'
import type { Chat, Reply } from './chat.js'

const instructions = (today: string): string => `You choose for WeatherBot which one tool answers a person's question about the weather or about the person's saved places. Today is ${today} (UTC).
Call at most one tool, with arguments that its schema allows. Do not make up places, dates or identifiers that the question does not name.
Give a place as the person writes it, “home” and “my cabin” too: WeatherBot looks those up among the saved places by itself.
If no tool can answer the question, call none and say in one or two plain sentences that WeatherBot cannot answer it, and why. Never answer from your own knowledge.`

const NOTHING = 'Nothing was called.'

/**
 * Lets a language model choose the tool and its arguments. The choice counts only if it is one tool of
 * those offered with arguments that fit its schema. What the model says instead is shown as its words.
 * @throws Trouble for any other choice, and when the model can't be asked
 */
export function createChooser (chat: Chat, now: () => number): Understand {
  return async function choose (question, tools) {
    if (question === '' || question.length > MAX_QUESTION) return { kind: 'unknown', because: `I read questions of 1 to ${MAX_QUESTION} characters.` }
    const offered = (await tools()).filter(isKnowable)
    const today = new Date(now()).toISOString().slice(0, 10)
    const reply = await chat([{ role: 'system', content: instructions(today) }, { role: 'user', content: question }], offered)
    return choiceIn(reply, offered)
  }
}

/** Whether a question can name all that a tool takes. Identifiers stand in the API's answers, which the model never sees. */
const isKnowable = (tool: Tool): boolean => !wantsIdentifier(tool)

function choiceIn ({ content, tool_calls: calls }: Reply, offered: readonly Tool[]): Intent {
  const [call, ...others] = calls ?? []
  if (call === undefined) return { kind: 'unknown', because: words(content) }
  if (others.length > 0) throw new Trouble('model_choice', `The language model wanted several things at once. ${NOTHING} Please ask for one thing at a time.`)
  const tool = offered.find(({ name }) => name === call.function.name)
  if (tool === undefined) throw new Trouble('model_tool', `The language model chose something that the weather service does not offer. ${NOTHING}`)
  const args = argumentsIn(call.function.arguments)
  const wrong = wrongArguments(tool, args)
  if (wrong !== undefined) throw new Trouble('model_arguments', `The language model chose “${tool.name}” with arguments that it does not take: ${wrong}. ${NOTHING}`)
  return { kind: 'call', tool: tool.name, args, writes: tool.writes }
}

function argumentsIn (text: string): Record<string, unknown> {
  try {
    const args: unknown = JSON.parse(text === '' ? '{}' : text)
    if (isObject(args)) return args
  } catch {
    // The same as any other text that is no object.
  }
  throw new Trouble('model_arguments', `The language model chose a tool with arguments that are not JSON. ${NOTHING}`)
}

const words = (content: Reply['content']): string => {
  const text = content?.trim().slice(0, 1000) ?? ''
  return text === '' ? 'The language model found nothing that fits your question. Nothing was called.' : `The language model says: ${text}`
}
