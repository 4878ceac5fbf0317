import { BodyTooLarge, readLimited } from '../../read-limited.js'

/** Milliseconds from connecting to the last byte. */
const TIMEOUT = 10_000
const MAX_BYTES = 1024 * 1024

export interface Answer {
  status: number
  headers: Headers
  text: string
  /** Milliseconds since the epoch, by this machine's clock: before the request, and when the head of the answer was there. */
  sent: number
  received: number
}

/** Why there is no such document, to be read after its address and a colon. */
export interface Missing { why: string }

export interface JsonDocument {
  body: Record<string, unknown>
  answer: Answer
}

/** One GET within the limits; redirects are not followed but answers like any other. Never rejects. */
export async function get (url: string, headers: Record<string, string> = {}): Promise<Answer | Missing> {
  const sent = Date.now()
  try {
    // A connection of its own: one kept from before may be dead, and would say nothing about now.
    const response = await fetch(url, { headers: { ...headers, connection: 'close' }, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) })
    const received = Date.now()
    return { status: response.status, headers: response.headers, text: await readLimited(response, MAX_BYTES), sent, received }
  } catch (error) {
    return { why: inWords(error) }
  }
}

/** A document with status 200 and a content type that `type` matches. */
export async function getDocument (url: string, type: RegExp): Promise<Answer | Missing> {
  const answer = await get(url)
  if (isMissing(answer)) return answer
  const { status, headers } = answer
  if (status >= 300 && status < 400) return { why: `a redirect (status ${status}) to ${headers.get('location') ?? 'nowhere'}, which is not followed.` }
  if (status !== 200) return { why: `status ${status} instead of 200.` }
  const found = headers.get('content-type') ?? 'none'
  return type.test(found) ? answer : { why: `it answers, but with the content type ${found}.` }
}

/** The same for a JSON object. */
export async function getJson (url: string): Promise<JsonDocument | Missing> {
  const answer = await getDocument(url, /^application\/([\w.-]+\+)?json\b/i)
  if (isMissing(answer)) return answer
  const body = parseObject(answer.text)
  return body === undefined ? { why: 'what it answers is not a JSON object.' } : { body, answer }
}

export function parseObject (text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isMissing (reply: object): reply is Missing {
  return 'why' in reply
}

function inWords (error: unknown): string {
  if (error instanceof BodyTooLarge) return `the answer is larger than ${error.limit} bytes.`
  if (!(error instanceof Error)) return 'no answer.'
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT / 1000} s.`
  const { code } = (error.cause instanceof Error ? error.cause : error) as NodeJS.ErrnoException
  return typeof code === 'string' ? `the connection failed (${code}).` : 'the connection failed.'
}
