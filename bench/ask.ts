import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'

export interface AskOptions {
  port: number
  token?: string | undefined
  path?: string
  agent?: Agent
}

export interface Answer {
  status: number
  /** Name, value, name, value … as they came. */
  headers: readonly string[]
  body: string
}

/** The answer to one request on a connection of its own; rejects when there is none. */
export function answerTo ({ port, token, path = '/bench', agent = new Agent() }: AskOptions): Promise<Answer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, response => {
      text(response).then(body => { resolve({ status: response.statusCode ?? 0, headers: response.rawHeaders, body }) }, reject)
    }).on('error', reject)
  })
}

/** Its status alone. */
export async function ask (options: AskOptions): Promise<number> {
  return (await answerTo(options)).status
}
