import type { FastifyReply, FastifyRequest } from 'fastify'
import { RequestError } from './request-error.js'

const DEFAULT_SIZE = 20
const MAX_SIZE = 100

function number (text: unknown, name: string): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new RequestError(400, 'guard.invalid_pagination', `The request pagination value is invalid: ${name}.`)
  return value
}

/**
 * One page of a list, with Logto's headers `Total-Number` and `Link` (RFC 8288). Lists whose
 * pagination is optional are given whole when no page is asked for.
 */
export function paginated<T> (request: FastifyRequest, reply: FastifyReply, list: readonly T[], { optional }: { optional: boolean }): readonly T[] {
  const query = request.query as Record<string, unknown>
  const page = number(query['page'], 'page')
  const size = number(query['page_size'], 'page_size')
  if (optional && page === undefined && size === undefined) return list
  if (size !== undefined && size > MAX_SIZE) throw new RequestError(400, 'guard.invalid_pagination', 'The request pagination value is invalid: page_size.')
  const length = size ?? DEFAULT_SIZE
  const at = page ?? 1
  const last = Math.max(1, Math.ceil(list.length / length))
  const link = (number: number, rel: string) => {
    const url = new URL(request.url, 'http://localhost')
    url.searchParams.set('page', String(number))
    return `<${request.protocol}://${request.host}${url.pathname}${url.search}>; rel="${rel}"`
  }
  const links = [link(1, 'first'), ...(at > 1 ? [link(at - 1, 'prev')] : []), ...(at < last ? [link(at + 1, 'next')] : []), link(last, 'last')]
  void reply.header('total-number', String(list.length)).header('link', links.join(', '))
  return list.slice((at - 1) * length, at * length)
}

/** `search` and `search.<field>`: text with `%` at its ends, any case. Other modes of Logto's search are not known here. */
export function searched<T extends object> (request: FastifyRequest, list: readonly T[], fields: ReadonlyArray<keyof T & string>): readonly T[] {
  const query = request.query as Record<string, unknown>
  const everywhere = query['search']
  const inFields = fields.flatMap(field => typeof query[`search.${field}`] === 'string' ? [[field, query[`search.${field}`]] as const] : [])
  return list.filter(one => {
    const has = (field: keyof T & string, pattern: unknown) => like(String(one[field] ?? ''), String(pattern))
    return (everywhere === undefined || fields.some(field => has(field, everywhere))) &&
      (inFields.length === 0 || inFields.some(([field, pattern]) => has(field, pattern)))
  })
}

function like (text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('%')
  const [value, core] = [text.toLowerCase(), parts.filter(part => part !== '').join('')]
  if (parts.length === 1) return value === core
  if (parts[0] !== '') return value.startsWith(core)
  return parts.at(-1) === '' ? value.includes(core) : value.endsWith(core)
}
