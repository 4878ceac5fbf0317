import type { onRequestHookHandler } from 'fastify'

/** Where ChatGPT's plugin store runs: its page reads the manifest and the document that it names in the browser. */
const STORES = ['https://chat.openai.com', 'https://chatgpt.com']

/**
 * For the `onRequest` of public documents: lets the plugin store's page read the answer (CORS), and
 * no other origin's. Never with credentials, and there is no preflight: a plain GET needs none.
 */
export const allowStores: onRequestHookHandler = (request, reply, done) => {
  const { origin } = request.headers
  // Always: a cache must not give one origin what was answered to another.
  reply.header('vary', 'Origin')
  if (origin !== undefined && STORES.includes(origin)) reply.header('access-control-allow-origin', origin)
  done()
}
