import { Type } from '@sinclair/typebox'
import { problemBody, type Problem } from './errors.js'

/** RFC 9457 problem details, as every error of this service is answered. */
export const ProblemSchema = Type.Object({
  title: Type.String({ description: 'The status in words' }),
  status: Type.Integer({ description: 'HTTP status code' }),
  code: Type.String({ description: 'Stable name of the problem, for programs' }),
  detail: Type.String({ description: 'What is wrong with this request, for people' })
}, { additionalProperties: true, title: 'Problem', description: 'Problem details (RFC 9457)' })

/** A documented error answer of a route; `problem` is the example, in the form it is answered in. */
export function problemResponse (description: string, problem?: Problem) {
  return { description, content: { 'application/problem+json': problemMedia(problem) } }
}

/** The same, where an answer has a second media type beside it. */
export function problemMedia (problem?: Problem) {
  return { schema: ProblemSchema, ...(problem === undefined ? {} : { example: problemBody(problem) }) }
}
