import { once } from 'node:events'
import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Lower-case names; a header that came twice has its values joined with a line feed. */
  headers: Record<string, string>
  body: string
}

/**
 * Sends bytes as they are and reads the one answer: for requests that no HTTP client would send.
 * The request has to ask for `Connection: close`.
 */
export async function rawRequest (port: number, request: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {}) // a reset after the answer is no matter
  socket.write(request)
  await once(socket, 'close')
  return parseAnswer(Buffer.concat(chunks).toString('latin1'))
}

/** A request in HTTP/1.1 with the header lines given, word for word. */
export function requestText (line: string, headers: readonly string[] = [], body = ''): Buffer {
  const more = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  return Buffer.concat([
    Buffer.from([`${line} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, ...more, '', ''].join('\r\n'), 'latin1'),
    Buffer.from(body)
  ])
}

function parseAnswer (text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const name = line.slice(0, line.indexOf(':')).toLowerCase()
    const value = line.slice(line.indexOf(':') + 1).trim()
    headers[name] = name in headers ? `${headers[name] ?? ''}\n${value}` : value
  }
  return { status: Number(statusLine.split(' ')[1]), headers, body: text.slice(end + 4) }
}

/**
 * Reads a Bearer challenge strictly: scheme, quoted parameters of the characters that RFC 6750
 * section 3 allows, none twice.
 * @throws when the text is anything else
 */
export function parseChallenge (text: string | null | undefined): Record<string, string> {
  if (typeof text !== 'string' || !/^Bearer(?: [a-z_]+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:, [a-z_]+="[\x20-\x21\x23-\x5b\x5d-\x7e]*")*)?$/.test(text)) {
    throw new Error(`not a well-formed challenge: ${String(text)}`)
  }
  const parameters = [...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value] as const)
  if (new Set(parameters.map(([name]) => name)).size !== parameters.length) throw new Error(`a parameter stands twice: ${text}`)
  return Object.fromEntries(parameters)
}
