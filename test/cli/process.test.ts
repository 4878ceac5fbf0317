import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { packageRoot } from '../../src/root.js'
import { lockDataDir } from '../../src/start/data-lock.js'
import { startTenant } from '../kit/tenant.js'
import { temporaryFolder } from '../start/process.js'

// `scopegate` as a process of its own, mostly with the embedded authorization server: in use, or started
// for the time of the command, on the same data.

/** Runs it to its end, or to a signal. */
function scopegate (t: Test, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(packageRoot(), 'src/cli/index.ts'), ...args], {
    cwd: temporaryFolder(t), env: { PATH: process.env['PATH'], ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  const output = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => { output.out += chunk.toString() })
  child.stderr.on('data', (chunk: Buffer) => { output.err += chunk.toString() })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }))
  t.teardown(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ended }
}

async function environment (t: Test) {
  return { DATA_DIR: temporaryFolder(t), AS_PORT: String(await freePort()), PORT: String(await freePort()) }
}

await t.test('the embedded server is started for the command; its tenant has nothing to do', async t => {
  const env = await environment(t)
  const json = await scopegate(t, ['logto', 'plan', '--json'], env).ended
  t.equal(json.code, 0)
  t.match(JSON.parse(json.out), { changes: [] })
  t.match(json.err, new RegExp(`^LOGTO_ENDPOINT is not set: the embedded authorization server runs at http://localhost:${env.AS_PORT} for the time of this command\\.\n$`))

  const apply = await scopegate(t, ['logto', 'apply'], env).ended
  t.match(apply, { code: 0, out: /^Nothing to do: .*\n[\s\S]*OFFICIAL_APP_ID=official-weather-app\nDOCS_CLIENT_ID=docs\nCHATGPT_CLIENT_ID=chatgpt-plugin\n$/ })
  const release = await lockDataDir(env.DATA_DIR)
  await release()
})

await t.test('the embedded server that runs is used', async t => {
  const tenant = await startTenant(t)
  const { code, out, err } = await scopegate(t, ['logto', 'plan'], { ...await environment(t), AS_PORT: new URL(tenant.endpoint).port, PORT: '3000' }).ended
  t.equal(code, 0)
  t.match(err, new RegExp(`^LOGTO_ENDPOINT is not set: using the embedded authorization server that runs at ${tenant.endpoint}\\.\n$`))
  t.match(out, /Nothing to do/)
})

await t.test('the data folder is in use, but not by the server that is meant: one line', async t => {
  const env = await environment(t)
  const release = await lockDataDir(env.DATA_DIR)
  const { code, out, err } = await scopegate(t, ['logto', 'plan'], env).ended
  await release()
  t.equal(code, 1)
  t.equal(out, '')
  t.match(err, /\nscopegate: DATA_DIR: expected a folder that no other process uses, found .*\n$/)
})

await t.test('a signal ends it with the data closed, and a code that says so', async t => {
  const env = await environment(t)
  const { child, ended } = scopegate(t, ['logto', 'plan'], env)
  await once(child.stderr, 'data')
  child.kill('SIGINT')
  t.match(await ended, { code: 130, out: '' })
  t.match(await scopegate(t, ['logto', 'plan'], env).ended, { code: 0, out: /Nothing to do/ }, 'it can be run again at once')
})

await t.test('wrong usage: exit code 64', async t => {
  const { code, out, err } = await scopegate(t, ['nonsense'], {}).ended
  t.match({ code, out, err }, { code: 64, out: '', err: /^scopegate: there is no command "nonsense"\n/ })
})

await t.test('production without LOGTO_ENDPOINT: the embedded server is refused', async t => {
  const { code, err } = await scopegate(t, ['logto', 'plan'], { ...await environment(t), NODE_ENV: 'production' }).ended
  t.equal(code, 1)
  t.match(err, /^scopegate: LOGTO_ENDPOINT: expected .*\n$/)
})
