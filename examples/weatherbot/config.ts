import type { ModelConfig } from './model/chat.js'

/** A wrong environment value. The message is one line: variable, what was expected, what was found. */
export class BotConfigError extends Error {
  constructor (variable: string, expected: string, found: string) {
    super(`${variable}: expected ${expected}, found ${found}`)
    this.name = 'BotConfigError'
  }
}

/** All that WeatherBot knows before its first call. */
export interface BotConfig {
  readonly port: number
  /** Its own address as a browser sees it, without a trailing slash. */
  readonly botUrl: string
  /** Where the authorization server sends the browser back to; registered there, compared exactly. */
  readonly redirectUri: string
  /** The weather service's address, without a trailing slash. */
  readonly apiUrl: string
  readonly clientId: string
  readonly clientSecret: string
  /** How it speaks with the API. */
  readonly apiStyle: 'rest' | 'mcp'
  /** The language model that chooses what to call; without one the planner does. */
  readonly model?: ModelConfig
}

type Environment = Readonly<Record<string, string | undefined>>

/** The names `readBotConfig` looks at; the rest of an environment is none of WeatherBot's business. */
export const variables = ['BOT_PORT', 'BOT_URL', 'API_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'API_STYLE', 'LLM_BASE_URL', 'LLM_MODEL', 'LLM_API_KEY'] as const

/** The client that Scopegate's embedded authorization server is seeded with. Public, for development. */
const seeded = { clientId: 'weatherbot', clientSecret: 'weatherbot-development-secret' }

const anOrigin = (example: string): string => `an https origin such as ${example} (http on loopback only)`

/**
 * Reads and checks the configuration; `NAME=` means "not set".
 * @throws BotConfigError for the first wrong value
 */
export function readBotConfig (env: Environment): BotConfig {
  const port = portOf(env['BOT_PORT'] || '4000')
  const botUrl = origin('BOT_URL', env['BOT_URL'] || `http://localhost:${port}`, 'https://bot.example.com')
  const apiUrl = origin('API_URL', env['API_URL'] || 'http://localhost:3000', 'https://api.example.com')
  const model = modelOf(env)
  return { port, botUrl, apiUrl, redirectUri: `${botUrl}/callback`, ...credentials(env, apiUrl), apiStyle: styleOf(env['API_STYLE'] || 'rest'), ...(model && { model }) }
}

/** Whether a URL's host is this machine's loopback interface: the only place where http is allowed. */
export function isLoopback ({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

function portOf (text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new BotConfigError('BOT_PORT', 'a port number from 1 to 65535', JSON.stringify(text))
  return port
}

function origin (variable: string, text: string, example: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))
  if (url === undefined || !secure || (text !== url.origin && text !== `${url.origin}/`)) {
    throw new BotConfigError(variable, anOrigin(example), JSON.stringify(text))
  }
  return url.origin
}

function credentials (env: Environment, apiUrl: string): typeof seeded {
  const clientId = env['CLIENT_ID'] || undefined
  const clientSecret = env['CLIENT_SECRET'] || undefined
  if (clientId === undefined && clientSecret === undefined) {
    if (isLoopback(new URL(apiUrl))) return seeded
    throw new BotConfigError('CLIENT_ID', 'the id this app is registered under, because API_URL is not on this machine', 'nothing')
  }
  if (clientId === undefined) throw new BotConfigError('CLIENT_ID', 'the id that CLIENT_SECRET belongs to', 'nothing')
  if (clientSecret === undefined) throw new BotConfigError('CLIENT_SECRET', 'the secret that CLIENT_ID belongs to', 'nothing')
  return { clientId, clientSecret }
}

function styleOf (text: string): BotConfig['apiStyle'] {
  if (text !== 'rest' && text !== 'mcp') throw new BotConfigError('API_STYLE', 'rest or mcp', JSON.stringify(text))
  return text
}

/** Keys are never repeated in a message. */
function modelOf (env: Environment): ModelConfig | undefined {
  const [address, model, apiKey] = ['LLM_BASE_URL', 'LLM_MODEL', 'LLM_API_KEY'].map(name => env[name] || undefined)
  if (address === undefined) {
    const lonely = model !== undefined ? 'LLM_MODEL' : apiKey !== undefined ? 'LLM_API_KEY' : undefined
    if (lonely !== undefined) throw new BotConfigError('LLM_BASE_URL', `the address that ${lonely} is for`, 'nothing')
    return undefined
  }
  if (model === undefined) throw new BotConfigError('LLM_MODEL', 'the name of a model at LLM_BASE_URL', 'nothing')
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) throw new BotConfigError('LLM_API_KEY', 'visible ASCII characters only', 'a space, a line break or a letter beyond ASCII in it')
  return { baseUrl: modelAddress(address), model, ...(apiKey === undefined ? {} : { apiKey }) }
}

function modelAddress (text: string): string {
  const fault = URL.canParse(text) ? faultOf(new URL(text)) : 'something that is no address'
  if (fault !== undefined) {
    // Not repeated: somebody may have written a key into it.
    throw new BotConfigError('LLM_BASE_URL', 'an https address such as https://api.openai.com/v1, without query and credentials (http on loopback only)', fault)
  }
  return new URL(text).href.replace(/\/+$/, '')
}

/** What is wrong with an address, without its contents. */
function faultOf (url: URL): string | undefined {
  if (url.protocol === 'http:' && !isLoopback(url)) return 'plain http to another machine'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'an address that is not https'
  if (url.username + url.password !== '') return 'an address with a user name or password'
  return url.search + url.hash === '' ? undefined : 'an address with a query or a fragment'
}
