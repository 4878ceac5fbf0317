import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'

const entry = fileURLToPath(new URL('../../examples/weatherbot/server.ts', import.meta.url))

/** Starts WeatherBot as its own process, with nothing but these variables of its own set. */
function start (env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', entry], { env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...env } })
  let [output, errors] = ['', '']
  child.stdout.on('data', chunk => { output += String(chunk) })
  child.stderr.on('data', chunk => { errors += String(chunk) })
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, output, errors }))
  return { child, ended, ready: once(child.stdout, 'data') }
}

await t.test('it says in one line where it is, and ends cleanly on SIGTERM, also on the second', async t => {
  const port = await freePort()
  const { child, ended, ready } = start({ BOT_PORT: String(port) })
  await ready
  const page = await fetch(`http://127.0.0.1:${port}/`)
  t.match(await page.text(), 'id="question"')
  child.kill('SIGTERM')
  child.kill('SIGTERM')
  t.strictSame(await ended, { code: 0, output: `WeatherBot is at http://localhost:${port}/ and asks the weather service at http://localhost:3000/\n`, errors: '' })
})

await t.test('its first line names the model and the way of speaking with the API, never a key', async t => {
  const port = await freePort()
  const { child, ended, ready } = start({ BOT_PORT: String(port), API_STYLE: 'mcp', LLM_BASE_URL: 'http://localhost:11434/v1', LLM_MODEL: 'tiny', LLM_API_KEY: 'hidden' })
  await ready
  child.kill('SIGTERM')
  t.match(await ended, { code: 0, output: /asks the weather service at http:\/\/localhost:3000\/ \(API_STYLE=mcp, LLM_MODEL=tiny at http:\/\/localhost:11434\/v1\)\n$/, errors: '' })
})

await t.test('a wrong or taken port is told in one line', async t => {
  t.strictSame(await start({ BOT_PORT: 'four' }).ended, { code: 1, output: '', errors: 'weatherbot: BOT_PORT: expected a port number from 1 to 65535, found "four"\n' })
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { server.close() })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  t.strictSame(await start({ BOT_PORT: String(port) }).ended,
    { code: 1, output: '', errors: `weatherbot: BOT_PORT: expected a port that can be listened on, found ${port}: another program uses it\n` })
})
