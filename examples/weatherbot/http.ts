import { Trouble } from './trouble.js'

export type Fetch = typeof globalThis.fetch

/** The one way out to other servers besides openid-client's; both end after this many milliseconds. */
export const TIMEOUT = 10_000
const MAX_BYTES = 1024 * 1024

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
}

/**
 * Sends a request and reads a JSON answer of at most 1 MB. Redirects are not followed: a token must
 * not travel to another address than the one that was meant.
 * @throws Trouble when there is no answer
 */
export async function fetchJson (fetch: Fetch, url: URL, request: JsonRequest, who: string): Promise<JsonAnswer> {
  try {
    const response = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) })
    const text = await readLimited(response)
    return { status: response.status, headers: response.headers, body: parse(text) }
  } catch (error) {
    throw new Trouble(`${who} cannot be reached at the moment. Please try again later.`, error)
  }
}

async function readLimited (response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    // Leaving the loop cancels the rest of the body.
    if (size > MAX_BYTES) throw new RangeError('the answer is larger than 1 MB')
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
