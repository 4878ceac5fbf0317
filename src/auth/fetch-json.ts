import { get as getPlain } from 'node:http'
import { get as getSecure } from 'node:https'

export interface FetchLimits {
  /** Milliseconds from connecting to the last byte. */
  timeout: number
  maxBytes: number
}

/**
 * A JSON document from a fixed address: status 200, no redirect, within the limits.
 *
 * node:http(s) rather than `fetch`, whose first use in a process costs 30 ms, 70 ms with limits of its
 * own (docs/decisions/0001-key-fetching.md). Does NOT look at the content type.
 * @throws when there is no such document, or only one beyond the limits
 */
export async function fetchJson (url: URL, { timeout, maxBytes }: FetchLimits, closing: AbortSignal): Promise<unknown> {
  const get = url.protocol === 'https:' ? getSecure : getPlain
  // Not AbortSignal.any with AbortSignal.timeout: nothing holds the latter, and once it is garbage-collected
  // the fetch never ends, nor does anything that waits for it.
  const ending = new AbortController()
  const end = () => ending.abort(closing.reason)
  const timer = setTimeout(() => ending.abort(new Error(`${url.href} took longer than ${timeout} ms`)), timeout)
  closing.addEventListener('abort', end)
  if (closing.aborted) end()
  const body = await new Promise<Buffer>((resolve, reject) => {
    let answered = false
    // A request can also end without error and answer: when the server switches protocols, say.
    ending.signal.addEventListener('abort', () => reject(new Error('given up', { cause: ending.signal.reason })))
    get(url, { signal: ending.signal, agent: false, headers: { accept: 'application/jwk-set+json, application/json' } }, response => {
      answered = true
      if (response.statusCode !== 200) {
        response.destroy()
        reject(new Error(`${url.href} answered with status ${response.statusCode}`))
        return
      }
      readBody(response, maxBytes).then(resolve, reject)
    }).on('error', reject).on('close', () => { if (!answered) reject(new Error(`${url.href} closed the connection without an answer`)) })
  }).finally(() => {
    clearTimeout(timer)
    closing.removeEventListener('abort', end)
  })
  return JSON.parse(body.toString('utf8')) as unknown
}

async function readBody (response: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    length += chunk.length
    // Leaving the loop destroys the stream, and with it the connection.
    if (length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
