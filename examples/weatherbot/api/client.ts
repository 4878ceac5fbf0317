/** The part of JSON Schema that WeatherBot reads; see `input-schema.ts`. */
export type Schema = Readonly<Record<string, unknown>>

/** What a tool takes: an object with these properties and no others. */
export interface InputSchema extends Schema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, Schema>>
  readonly required: readonly string[]
  readonly additionalProperties: false
}

/** The arguments of a call, by the names that the tool's description gives them. */
export type Args = Readonly<Record<string, unknown>>

/** Something that the API can do, as the API describes it: an operation of its OpenAPI, or an MCP tool. */
export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly input: InputSchema
  /** The permissions that it takes according to the description. What the API really wants, its challenge says. */
  readonly scopes: readonly string[]
  /** Whether it may change something. */
  readonly writes: boolean
}

/** One way of speaking with the API. Throws `Challenged` when it wants a token or a better one, else `Trouble`. */
export interface ApiClient {
  tools (accessToken?: string): Promise<readonly Tool[]>
  /** Gives the body of a good answer. Does NOT check the arguments against the tool's schema. */
  call (tool: Tool, args: Args, accessToken?: string): Promise<unknown>
}

/** More than these are not read: nobody chooses well among so many. */
export const MAX_TOOLS = 100

/** Names that every way of calling can carry, language models' functions included. */
export const TOOL_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/

/** Text of a description, so much of it as anybody wants to read. */
export const shortened = (text: unknown, most: number): string => typeof text === 'string' ? text.slice(0, most) : ''
