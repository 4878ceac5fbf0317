import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { bearerChallenge, type BearerChallenge } from '../challenge.js'
import type { JsonAnswer } from '../http.js'
import { Trouble } from '../trouble.js'

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

/** The challenge in an answer that is one. */
export function challengeIn ({ status, headers }: Pick<JsonAnswer, 'status' | 'headers'>): Challenged | undefined {
  const challenge = status === 401 || status === 403 ? bearerChallenge(headers.get('www-authenticate')) : undefined
  if (challenge !== undefined && status === 401) return new Challenged(status, challenge)
  if (challenge?.error === 'insufficient_scope' && status === 403) return new Challenged(status, challenge)
  return undefined
}

/** What an answer that is not a good one means. */
export function failure (answer: JsonAnswer): Challenged | Trouble {
  const { status, headers, body } = answer
  const problem = headers.get('content-type')?.startsWith('application/problem+json') === true
  return challengeIn(answer) ?? (problem ? problemIn(body) : undefined) ?? new Trouble(`The weather service could not answer (status ${status}).`)
}

/** A problem document in the API's own words. */
export function problemIn (body: unknown): Trouble | undefined {
  return Value.Check(ProblemDocument, body) ? new Trouble(`The weather service says: ${body.detail.slice(0, 500)}`) : undefined
}
