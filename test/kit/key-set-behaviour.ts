import type { ServerResponse } from 'node:http'

/** How a key set can be answered. Everything but `healthy` is a fault. */
export type KeySetBehaviour =
  | 'healthy' | 'down' | 'switching' | 'slow' | 'trickling' | 'html' | 'half-json' | 'huge' | 'redirect' | 'empty' | 'error' | 'error-with-keys' | 'no-object'

const HUGE = 10 * 1024 * 1024

/** Answers one request for the key set. `elsewhere` is where `redirect` points to. */
export function answerKeySet (response: ServerResponse, behaviour: KeySetBehaviour, keySet: object, elsewhere: string): void {
  const json = (body: string, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/jwk-set+json; charset=utf-8' }).end(body)
  }
  const text = JSON.stringify(keySet)
  switch (behaviour) {
    case 'healthy': json(text); return
    case 'down': response.destroy(); return
    case 'switching': response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'); return
    case 'slow': return // the client has to give up
    case 'trickling': trickle(response, text); return
    case 'html': response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>'); return
    case 'half-json': json(text.slice(0, text.length / 2)); return
    case 'huge': json(JSON.stringify({ ...keySet, padding: 'x'.repeat(HUGE) })); return
    case 'redirect': response.writeHead(302, { location: elsewhere }).end(); return
    case 'empty': json('{"keys":[]}'); return
    case 'error': json('{"code":"internal"}', 500); return
    case 'error-with-keys': json(text, 500); return
    case 'no-object': json('[]')
  }
}

/** One byte every 100 ms: no pause is long enough for a limit that counts between two pieces. */
function trickle (response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  let sent = 0
  const timer = setInterval(() => {
    if (response.destroyed || sent === text.length) clearInterval(timer)
    else response.write(text[sent++])
  }, 100)
  response.on('close', () => { clearInterval(timer) })
}
