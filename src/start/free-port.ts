import { createServer } from 'node:net'
import { StartError } from '../errors.js'

/**
 * Whether a port can be listened on; asked before anything is started, so that nothing is half started.
 * @throws StartError naming the variable
 */
export async function requireFreePort (variable: string, host: string, port: number): Promise<void> {
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host, port, exclusive: true }, resolve)
    })
  } catch (error) {
    if (isAboutHost(error)) throw new StartError(`HOST: expected an address of this machine, found ${JSON.stringify(host)}: ${reason(error)}`, { cause: error })
    throw new StartError(`${variable}: expected a port that can be listened on at ${host}, found ${port}: ${reason(error)}`, { cause: error })
  }
  await new Promise<void>(resolve => server.close(() => resolve()))
}

function isAboutHost (error: unknown): boolean {
  return ['ENOTFOUND', 'EADDRNOTAVAIL', 'EAI_AGAIN', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? '')
}

function reason (error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'another program uses it'
  if (code === 'EACCES') return 'this user may not'
  return message
}
