import { Agent, get } from 'node:http'

export interface AskOptions {
  port: number
  token?: string | undefined
  path?: string
  agent?: Agent
}

/** The status of one request on a connection of its own; rejects when there is no answer. */
export function ask ({ port, token, path = '/bench', agent = new Agent() }: AskOptions): Promise<number> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent, headers }, response => {
      response.on('end', () => { resolve(response.statusCode ?? 0) }).resume()
    }).on('error', reject)
  })
}
