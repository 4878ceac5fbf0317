import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { bearerChallenge, type BearerChallenge } from './challenge.js'
import { fetchJson, type Fetch, type JsonAnswer } from './http.js'
import { Trouble } from './trouble.js'

export interface ApiRequest {
  readonly method?: 'GET' | 'POST'
  /** One of the API's paths, such as `/v1/forecast`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: Readonly<Record<string, string | number>>
}

/** Gives the body of a 2xx answer. Throws `Challenged` or `Trouble`. */
export type CallApi = (request: ApiRequest, accessToken?: string) => Promise<unknown>

/** The API wants a token (401) or one that allows more (403), and says how to get it. */
export class Challenged extends Error {
  readonly status: 401 | 403
  readonly challenge: BearerChallenge

  constructor (status: 401 | 403, challenge: BearerChallenge) {
    super(`the API answered ${status}`)
    this.name = 'Challenged'
    this.status = status
    this.challenge = challenge
  }
}

/** RFC 9457: `detail` is written for people. */
const ProblemDocument = Type.Object({ detail: Type.String({ minLength: 1 }) })

export function createApi (apiUrl: string, fetch: Fetch): CallApi {
  return async function call ({ method = 'GET', path, query = {}, body }, accessToken) {
    const url = new URL(path, apiUrl)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value))
    }
    const answer = await fetchJson(fetch, url, {
      method,
      headers: {
        accept: 'application/json',
        ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    }, 'The weather service')
    if (answer.status >= 200 && answer.status < 300) return answer.body
    throw failure(answer)
  }
}

function failure ({ status, headers, body }: JsonAnswer): Challenged | Trouble {
  const challenge = status === 401 || status === 403 ? bearerChallenge(headers.get('www-authenticate')) : undefined
  if (challenge !== undefined && status === 401) return new Challenged(status, challenge)
  if (challenge?.error === 'insufficient_scope' && status === 403) return new Challenged(status, challenge)
  const problem = headers.get('content-type')?.startsWith('application/problem+json') === true
  if (problem && Value.Check(ProblemDocument, body)) {
    return new Trouble(`The weather service says: ${body.detail.slice(0, 500)}`)
  }
  return new Trouble(`The weather service could not answer (status ${status}).`)
}
