import type { Report } from './report.js'

export interface ApiAnswer {
  status: number
  challenge: string | null
  body: Record<string, unknown>
}

export type CallApi = (method: 'GET' | 'POST', path: string, token?: string, body?: unknown) => Promise<ApiAnswer>

/** Calls the API and prints request, status and challenge. The token itself is never printed. */
export function createApiCaller (apiUrl: string, report: Report): CallApi {
  return async (method, path, token, body) => {
    report.wire(`${method} ${path}${token === undefined ? '' : '   (with an access token)'}`)
    const response = await fetch(new URL(path, apiUrl), {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const challenge = response.headers.get('www-authenticate')
    report.wire(`${response.status} ${response.statusText}`)
    if (challenge !== null) report.wire(`WWW-Authenticate: ${challenge}`)
    const text = await response.text()
    return { status: response.status, challenge, body: text === '' ? {} : JSON.parse(text) as Record<string, unknown> }
  }
}
