import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { buildWeatherBot } from './app.js'
import { readBotConfig, variables, type BotConfig } from './config.js'

/** The environment first, then `.env` in the working folder; only WeatherBot's own variables. */
function environment (): Record<string, string | undefined> {
  const file = readDotenv()
  return Object.fromEntries(variables.map(name => [name, process.env[name] ?? file[name]]))
}

function readDotenv (): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync('.env', 'utf8')) as Record<string, string | undefined>
  } catch {
    return {} // there need not be one
  }
}

async function start (): Promise<void> {
  const config = readBotConfig(environment())
  const app = await buildWeatherBot({ config, logger: { level: 'warn' } })
  try {
    await app.listen({ host: '127.0.0.1', port: config.port })
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
    throw new Error(`BOT_PORT: expected a port that can be listened on, found ${config.port}${taken ? ': another program uses it' : ''}`, { cause: error })
  }
  stopOnSignals(async () => { await app.close() })
  console.log(`WeatherBot is at ${config.botUrl}/ and asks the weather service at ${config.apiUrl}/${switches(config)}`)
}

/** What is switched on besides, by the names of the variables. */
function switches ({ apiStyle, model }: BotConfig): string {
  const set = [...(apiStyle === 'rest' ? [] : [`API_STYLE=${apiStyle}`]), ...(model === undefined ? [] : [`LLM_MODEL=${model.model} at ${model.baseUrl}`])]
  return set.length === 0 ? '' : ` (${set.join(', ')})`
}

/** npm and terminals pass the same signal on twice: the second one changes nothing. */
function stopOnSignals (stop: () => Promise<void>): void {
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    setTimeout(() => { process.exit(0) }, 5_000).unref()
    stop().then(() => { process.exit(0) }, () => { process.exit(1) })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}

try {
  await start()
} catch (error) {
  console.error(`weatherbot: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
