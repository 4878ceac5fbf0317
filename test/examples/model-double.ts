import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

export interface Asked {
  url: string
  authorization: string | undefined
  text: string
  body: { model: string, messages: Array<{ role: string, content: string }>, tools?: Array<{ type: string, function: { name: string, description: string, parameters: unknown } }> }
}

export type Answer = (response: ServerResponse) => void

const send = (body: unknown, status = 200): Answer => response => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body))
}
const message = (message: unknown): Answer => send({ id: 'x', object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop', message }] })

/** What a model may answer. */
export const answers = {
  send,
  message,
  says: (content: string | null): Answer => message({ role: 'assistant', content }),
  calls: (...calls: Array<[name: string, args: unknown]>): Answer => message({
    role: 'assistant',
    content: null,
    tool_calls: calls.map(([name, args], index) => ({ id: `call_${index}`, type: 'function', function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) } }))
  })
}

/** A server that speaks OpenAI's chat completions and answers what it is told to. Writes down what it is asked. */
export async function startModel (t: { teardown (fn: () => unknown): unknown }) {
  const asked: Asked[] = []
  const model = { answer: answers.says('I do not know.') }

  async function serve (request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization, text, body: JSON.parse(text) as Asked['body'] })
    model.answer(response)
  }

  const server = createServer((request, response) => { serve(request, response).catch(() => { response.destroy() }) }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked, says (answer: Answer) { model.answer = answer } }
}
