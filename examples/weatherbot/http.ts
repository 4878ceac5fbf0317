import { Trouble } from './trouble.js'

export type Fetch = typeof globalThis.fetch

/** Milliseconds after which an answer of the API or the authorization server is not waited for any more. */
export const TIMEOUT = 10_000
export const MAX_BYTES = 1024 * 1024

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  /** `undefined` if the body is no JSON. */
  readonly body: unknown
}

export interface JsonRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds; default 10 s. */
  readonly timeout?: number
  /** Largest answer; default 1 MB. */
  readonly maxBytes?: number
}

/**
 * Sends a request and reads a JSON answer. Redirects are not followed: a token must not travel to
 * another address than the one that was meant.
 * @throws Trouble when there is no answer in time and size
 */
export async function fetchJson (fetch: Fetch, url: URL, request: JsonRequest, who: string): Promise<JsonAnswer> {
  const { timeout = TIMEOUT, maxBytes = MAX_BYTES, ...init } = request
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeout) })
    const text = await readLimited(response, maxBytes)
    return { status: response.status, headers: response.headers, body: parse(text) }
  } catch (error) {
    throw new Trouble('unreachable', `${who} cannot be reached at the moment. Please try again later.`, { cause: error })
  }
}

/** The text of a body. @throws RangeError when it is larger than that */
export async function readLimited (response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the rest of the body.
    if (size > maxBytes) throw new RangeError(`the answer is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
