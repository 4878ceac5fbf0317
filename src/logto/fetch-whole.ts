import { readLimitedBytes } from '../read-limited.js'

/**
 * One request and its whole answer within a time limit, without redirects. The limit holds for the
 * body, too: on Node 20 a signal given to `fetch` alone can be lost once the headers are there, and
 * a server that stalls then would be waited for.
 * @param limit milliseconds
 * @param maxBytes of the body; default: as many as there are
 * @throws DOMException `TimeoutError`, BodyTooLarge, and what `fetch` throws
 */
export async function fetchWhole (input: string | Request, limit: number, init: RequestInit = {}, maxBytes = Infinity): Promise<Response> {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const reason = new DOMException('The answer did not come in time.', 'TimeoutError')
      controller.abort(reason)
      reject(reason)
    }, limit)
  })
  try {
    return await Promise.race([whole(input, { ...init, redirect: 'error', signal: controller.signal }, maxBytes), late])
  } finally {
    clearTimeout(timer)
  }
}

async function whole (input: string | Request, init: RequestInit, maxBytes: number): Promise<Response> {
  const response = await fetch(input, init)
  const { status, headers } = response
  const body = await readLimitedBytes(response, maxBytes)
  // A response with one of these statuses can't be made with a body, not even an empty one.
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers })
}
