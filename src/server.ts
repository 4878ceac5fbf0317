import type { FastifyInstance } from 'fastify'
import { buildApp } from './app.js'
import { loadConfig, type Config } from './config/index.js'
import { openDatabase } from './db/index.js'
import { StartError } from './errors.js'
import { lockDataDir } from './start/data-lock.js'
import { startEmbedded } from './start/embedded.js'
import { requireFreePort } from './start/free-port.js'
import { createLifecycle, stopOnSignals } from './start/lifecycle.js'
import { startCard } from './start/start-card.js'

const lifecycle = createLifecycle()

/** Starts what the configuration asks for: first the checks that can fail, then what they guard. */
async function start (config: Config): Promise<void> {
  await requireFreePort('PORT', config.host, config.port)
  if (config.logto.embedded) await requireFreePort('AS_PORT', '127.0.0.1', config.authorizationServerPort)
  if (config.logto.embedded || config.databaseUrl === undefined) lifecycle.started(await lockDataDir(config.dataDir))

  if (config.logto.embedded) console.log('Starting … (the first start takes some seconds: it creates the database and the keys)')
  const database = await openDatabase(config)
  lifecycle.started(() => database.close())
  const embedded = config.logto.embedded ? await startEmbedded(config, database) : undefined
  if (embedded) lifecycle.started(embedded.close)

  const app = await buildApp(config, { database, logger: { level: config.logLevel } })
  lifecycle.started(() => closeApp(app))
  await app.listen({ host: config.host, port: config.port, listenTextResolver: address => `listening at ${address}` })
  console.log(startCard(config, embedded?.seed))
}

/** Longest time an answer under way gets; a client that does not read on must not hold up the end. */
const DRAIN = 5_000

async function closeApp (app: FastifyInstance): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), DRAIN)
  await app.close()
  clearTimeout(timer)
}

function report (error: unknown): void {
  console.error(error)
}

stopOnSignals(lifecycle.stop, report)
try {
  await start(loadConfig(process.env, { dotenv: true }))
} catch (error) {
  // What a person can mend gets one line; a fault of ours keeps its stack.
  console.error('scopegate:', error instanceof StartError ? error.message : error)
  await lifecycle.stop().catch(report)
  process.exit(1)
}
