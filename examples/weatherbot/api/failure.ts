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

/** RFC 9457: `detail` is written for people; `type` and, here and there, `code` tell problems apart. */
const ProblemDocument = Type.Object({
  detail: Type.String({ minLength: 1 }),
  status: Type.Optional(Type.Integer()),
  type: Type.Optional(Type.String()),
  code: Type.Optional(Type.String())
})

/** How services call it that they know no place of this name. */
const unknownPlace = /\b(?:unknown|no such) (?:place|city|town|location)\b|\b(?:place|city|town|location) (?:unknown|not found)\b/i

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
  return challengeIn(answer) ?? (problem ? problemIn(body, status) : undefined) ?? new Trouble('api_status', `The weather service could not answer (status ${status}).`, { status })
}

/** A problem document in the API's own words. */
export function problemIn (body: unknown, status?: number): Trouble | undefined {
  if (!Value.Check(ProblemDocument, body)) return undefined
  const { detail, type = '', code = '' } = body
  const kind = unknownPlace.test(`${code} ${type}`.replace(/[_/-]+/g, ' ')) ? 'api_unknown_place' : 'api_problem'
  return new Trouble(kind, `The weather service says: ${detail.slice(0, 500)}`, { status: status ?? body.status })
}
