import { connect } from 'node:net'
import type { Config } from '../config/index.js'
import { StartError } from '../errors.js'
import { createManagement, type Management } from '../logto/management.js'
import { startEmbeddedServer } from './embedded.js'

/**
 * Does something with the tenant that the configuration means. Where that is the embedded one and it does
 * not run, it is started for so long.
 * @param say takes lines for people
 * @throws StartError when the configuration does not say how to get in
 */
export async function withTenant<T> (config: Config, say: (line: string) => void, use: (management: Management) => Promise<T>): Promise<T> {
  const management = createManagement(credentialsOf(config))
  if (!config.logto.embedded) return use(management)
  const { endpoint } = config.logto
  if (await isListening(config.authorizationServerPort)) {
    say(`LOGTO_ENDPOINT is not set: using the embedded authorization server that runs at ${endpoint}.`)
    return use(management)
  }
  const starting = startEmbeddedServer(config)
  say(`LOGTO_ENDPOINT is not set: the embedded authorization server runs at ${endpoint} for the time of this command.`)
  const stop = await starting
  try {
    return await use(management)
  } finally {
    await stop()
  }
}

function credentialsOf ({ management, apiResource, mcpResource }: Config) {
  if (management === undefined) {
    throw new StartError('LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET: expected the id and the secret of a machine-to-machine application with the role "Logto Management API access" (make one in Logto\'s console, under Applications), found nothing')
  }
  if ([apiResource, mcpResource].includes(management.resource)) {
    throw new StartError(`API_RESOURCE: expected an indicator of the service's own, found that of the Management API (${management.resource})`)
  }
  return management
}

/** Whether anybody listens on this port of this machine. */
function isListening (port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    const settle = (answer: boolean) => () => { socket.destroy(); resolve(answer) }
    socket.once('connect', settle(true))
    socket.once('error', settle(false))
  })
}
