import { IncomingMessage } from 'node:http'

function toForm (body: object): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(body)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null && item !== undefined) form.append(name, String(item))
    }
  }
  return form
}

/**
 * The same request with its parsed JSON body turned into a form. Logto takes both at its endpoints,
 * oidc-provider takes forms only and reads them from the request itself.
 */
export function asFormRequest (request: IncomingMessage, body: object): IncomingMessage {
  const content = Buffer.from(toForm(body).toString())
  const copy = new IncomingMessage(request.socket)
  const { 'transfer-encoding': _chunked, ...headers } = request.headers
  Object.assign(copy, {
    method: request.method,
    url: request.url,
    httpVersion: request.httpVersion,
    headers: {
      ...headers,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(content.length)
    },
    complete: true
  })
  copy.push(content)
  copy.push(null)
  return copy
}
