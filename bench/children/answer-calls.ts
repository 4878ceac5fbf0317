export interface Call { id: number, method: string, params: unknown }
export type Reply = { id: number, result: unknown } | { id: number, error: string } | { ready: unknown }

/** A method takes what the parent sends; who calls it knows what that is. */
export type Methods = Record<string, (params: never) => unknown>

/**
 * The child's side: answers calls over IPC and ends with the parent.
 * @param ready told to the parent as soon as calls are answered
 */
export function answerCalls (methods: Methods, ready: unknown = null): void {
  process.on('disconnect', () => { process.exit(0) })
  process.on('message', (call: Call) => { void answer(methods, call) })
  send({ ready })
}

async function answer (methods: Methods, { id, method, params }: Call): Promise<void> {
  try {
    const run = methods[method] as ((params: unknown) => unknown) | undefined
    if (run === undefined) throw new Error(`there is no method "${method}"`)
    send({ id, result: await run(params) })
  } catch (error) {
    send({ id, error: error instanceof Error ? error.stack ?? error.message : String(error) })
  }
}

function send (reply: Reply): void {
  if (process.connected) process.send?.(reply)
}
