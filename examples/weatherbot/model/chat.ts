import { Type, type Static } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Tool } from '../api/client.js'
import { fetchJson, type Fetch } from '../http.js'
import { Trouble } from '../trouble.js'

/** Where a language model is to be had; any that speaks OpenAI's chat completions. */
export interface ModelConfig {
  /** Without a slash at the end, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string
  readonly apiKey?: string
  readonly model: string
}

export interface Message { readonly role: 'system' | 'user', readonly content: string }

/** As much of a completion as is looked at. */
const MessageSchema = Type.Object({
  content: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  tool_calls: Type.Optional(Type.Union([Type.Null(), Type.Array(Type.Object({
    function: Type.Object({ name: Type.String(), arguments: Type.String() })
  }))]))
})
const CompletionSchema = Type.Object({ choices: Type.Array(Type.Object({ message: MessageSchema }), { minItems: 1 }) })

export type Reply = Static<typeof MessageSchema>
export type Chat = (messages: readonly Message[], tools: readonly Tool[]) => Promise<Reply>

/** Milliseconds; a model on one's own machine may take its time. */
export const MODEL_TIMEOUT = 30_000
const MAX_REPLY_BYTES = 64 * 1024

const NOT_ASKED = 'Nothing was asked of the weather service. Please try again.'

const functionOf = ({ name, title, description, input }: Tool) =>
  ({ type: 'function', function: { name, description: `${title}. ${description}`, parameters: input } })

/**
 * Asks the model once. It gets the messages and the tools' names, descriptions and schemas: no token, and
 * nothing of what the API answers.
 * @throws Trouble when there is no usable reply in 30 s and 64 kB
 */
export function createChat ({ baseUrl, apiKey, model }: ModelConfig, fetch: Fetch, timeout = MODEL_TIMEOUT): Chat {
  return async function chat (messages, tools) {
    const { status, body } = await ask({
      model,
      messages,
      temperature: 0,
      // An empty list is an error to some.
      ...(tools.length === 0 ? {} : { tools: tools.map(functionOf) })
    })
    if (status !== 200) throw new Trouble('model_status', `The language model refused to answer (status ${status}). ${NOT_ASKED}`, { status })
    if (!Value.Check(CompletionSchema, body)) throw new Trouble('model_answer', `The language model gave an answer that WeatherBot does not understand. ${NOT_ASKED}`, { status })
    const [choice] = body.choices
    return choice?.message ?? {}
  }

  async function ask (body: object) {
    try {
      return await fetchJson(fetch, new URL(`${baseUrl}/chat/completions`), {
        method: 'POST',
        headers: { accept: 'application/json', 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
        body: JSON.stringify(body),
        timeout,
        maxBytes: MAX_REPLY_BYTES
      }, 'The language model')
    } catch (error) {
      throw new Trouble('model_unreachable', `The language model gave no usable answer in time. ${NOT_ASKED}`, { cause: error })
    }
  }
}
