import type { FastifyRequest } from 'fastify'
import type { z, ZodTypeAny } from 'zod/v3'
import { invalidInput } from './request-error.js'

/** The body in the form that the route asks for; what it does not know is left out, as at Logto. @throws RequestError 400 */
export function bodyOf<S extends ZodTypeAny> (request: FastifyRequest, schema: S): z.output<S> {
  const result = schema.safeParse(request.body ?? {})
  if (!result.success) throw invalidInput('body', result.error)
  return result.data as z.output<S>
}

/** The same for the query. @throws RequestError 400 */
export function queryOf<S extends ZodTypeAny> (request: FastifyRequest, schema: S): z.output<S> {
  const result = schema.safeParse(request.query)
  if (!result.success) throw invalidInput('query', result.error)
  return result.data as z.output<S>
}

/** A part of the path. */
export function pathOf (request: FastifyRequest, name: string): string {
  return (request.params as Record<string, string>)[name] ?? ''
}
