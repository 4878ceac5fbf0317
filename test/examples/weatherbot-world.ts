import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import { createSqlStore, startEmbeddedServer } from '../../src/dev/index.js'
import { openCopiedDatabase } from '../kit/database.js'
import { freePort } from '../../examples/shared/free-port.js'
import { buildWeatherBot } from '../../examples/weatherbot/app.js'
import { readBotConfig } from '../../examples/weatherbot/config.js'
import { Wire } from './weatherbot-wire.js'

interface Teardown { teardown (fn: () => unknown): unknown }

async function temporaryFolder (t: Teardown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-bot-'))
  t.teardown(async () => { await rm(folder, { recursive: true, force: true }) })
  return folder
}

/** The real service with its embedded authorization server, put together as src/server.ts does it. */
async function startService (t: Teardown, botPort: number) {
  const [port, asPort] = [await freePort(), await freePort()]
  const config = loadConfig({
    PORT: String(port), AS_PORT: String(asPort), BOT_PORT: String(botPort), WEATHER_SOURCE: 'observations', DATA_DIR: await temporaryFolder(t)
  })
  const database = await openCopiedDatabase(config.dataDir)
  t.teardown(async () => { await database.close() })
  const authorizationServer = await startEmbeddedServer({
    port: asPort,
    apiResource: config.apiResource,
    publicUrl: config.publicUrl,
    botUrl: `http://localhost:${botPort}`,
    store: createSqlStore(database.query),
    dataDir: config.dataDir
  })
  t.teardown(async () => { await authorizationServer.close() })
  const app = await buildApp(config, { database })
  t.teardown(async () => { await app.close() })
  await app.listen({ host: config.host, port })
  return { config, authorizationServer }
}

/** Service, authorization server and WeatherBot, each on a free port; all end with the test. WeatherBot may be given more variables. */
export async function startWorld (t: Teardown, botEnv: Record<string, string> = {}) {
  const botPort = await freePort()
  const { config, authorizationServer } = await startService(t, botPort)
  const wire = new Wire(config.publicUrl, authorizationServer.endpoint)
  const log: string[] = []
  const stream = new Writable({ write (chunk, _encoding, done) { log.push(String(chunk)); done() } })
  const bot = await buildWeatherBot({
    config: readBotConfig({ BOT_PORT: String(botPort), API_URL: config.publicUrl, ...botEnv }),
    fetch: wire.fetch,
    logger: { level: 'trace', stream }
  })
  t.teardown(async () => { await bot.close() })
  await bot.listen({ host: '127.0.0.1', port: botPort })
  return { bot, botUrl: `http://localhost:${botPort}`, apiUrl: config.publicUrl, issuer: authorizationServer.issuer, config, wire, log }
}

export type World = Awaited<ReturnType<typeof startWorld>>
