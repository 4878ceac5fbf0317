import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { makeApplication } from '../../src/dev/tenant/make.js'
import { restore, the, watchWrites } from '../logto/plan-kit.js'
import { startTenant } from '../kit/tenant.js'
import { temporaryFolder } from '../start/process.js'
import { run } from './run.js'

// `scopegate logto plan` and `apply` as somebody runs them: what is printed where, exit codes, failures.

const watch = watchWrites(t)
const { endpoint, tenant, credentials } = await startTenant(t, { empty: true })
const empty = structuredClone(tenant.data)
const env = { LOGTO_ENDPOINT: endpoint, LOGTO_M2M_APP_ID: credentials.appId, LOGTO_M2M_APP_SECRET: credentials.appSecret, CHATGPT_PLUGIN_ID: 'plugin-scopegate' }
t.beforeEach(async () => {
  await restore(tenant, empty)
  watch.reset()
})
const secrets = () => Object.values(tenant.data.applications).flatMap(({ secrets }) => secrets.map(({ value }) => value))
const idOf = (key: string) => the(tenant.data.applications, ({ customData }) => customData['scopegate'] === key).id

await t.test('plan, apply, plan: 2, 0, 0', async t => {
  const plan = await run('logto plan', env)
  t.equal(plan.code, 2)
  t.match(plan.out, new RegExp(`^Tenant ${endpoint}, compared with the code:\n\n\\+ API resource "Weather API"`))
  t.match(plan.out, /\n11 to create, 5 to update, 0 to delete\.$/)
  t.equal(plan.err, '')
  t.strictSame(watch.writes, [], 'a plan writes nothing')

  const apply = await run('logto apply', env)
  t.equal(apply.code, 0)
  t.match(apply.out, new RegExp(`^Tenant ${endpoint}:\n\\+ API resource "Weather API" .*\n[\\s\\S]*\nDone: 16 changes\\.\n\nOFFICIAL_APP_ID=${idOf('official-app')}\nDOCS_CLIENT_ID=${idOf('docs')}\nCHATGPT_CLIENT_ID=${idOf('chatgpt-plugin')}$`))
  t.equal(apply.err, '')

  t.match(await run('logto plan', env), { code: 0, out: /\nNothing to do: the tenant is as the code wants it\.$/ })
  const again = await run('logto apply', env)
  t.match(again, { code: 0, out: /^Nothing to do: the tenant is as the code wants it\.\n\nOFFICIAL_APP_ID=/ })
  for (const secret of secrets()) t.notOk([plan, apply, again].some(({ out, err }) => `${out}${err}`.includes(secret)), 'no secret is printed')
})

await t.test('--json: one document and nothing else', async t => {
  const plan = await run('logto plan --json', env)
  t.equal(plan.code, 2)
  const { changes } = JSON.parse(plan.out) as { changes: object[] }
  t.match(JSON.parse(plan.out), { changes: [{ action: 'create', kind: 'resource', subject: 'API resource "Weather API" (http://localhost:3000/)', details: [{ name: 'access token lifetime in seconds', to: 3600 }] }], unmanaged: [], conflicts: [], notes: [] })
  t.notOk(plan.out.includes('"step"'), 'how it is made is nobody\'s business')

  const apply = await run('logto apply --json', env)
  t.equal(apply.code, 0)
  t.strictSame(JSON.parse(apply.out), { applied: changes, clients: { OFFICIAL_APP_ID: idOf('official-app'), DOCS_CLIENT_ID: idOf('docs'), CHATGPT_CLIENT_ID: idOf('chatgpt-plugin') }, unmanaged: [], notes: [] })
  t.equal(apply.err, '')
  t.match(await run('logto plan --json', env), { code: 0, err: '' })
})

await t.test('--prune: named without it, done with it', async t => {
  await run('logto apply', env)
  await tenant.change(data => { the(data.applications, ({ id }) => id === idOf('docs')).consent.userScopes.push('phone') })
  t.match(await run('logto plan', env), { code: 0, out: /! consent scopes of the application "API documentation page": more than the catalogue allows: phone \(of the user\) \(--prune takes it away\)/ })
  t.match(await run('logto apply', env), { code: 0, out: /^Nothing to do.*\n! consent scopes/ })
  t.match(await run('logto plan --prune', env), { code: 2, out: /- consent scope phone \(of the user\) of the application/ })
  t.match(await run('logto apply --prune', env), { code: 0, out: /\nDone: 1 change\.\n/ })
  t.match(await run('logto plan --prune', env), { code: 0 })
})

await t.test('--write-env: the secrets are in the file and nowhere else', async t => {
  const path = join(temporaryFolder(t), 'my.env')
  await writeFile(path, 'KEEP=1\n')
  const apply = await run(`logto apply --write-env ${path}`, env)
  t.match(apply, { code: 0, out: new RegExp(`\nWritten into ${path}: OFFICIAL_APP_ID, OFFICIAL_APP_SECRET, DOCS_CLIENT_ID, CHATGPT_CLIENT_ID, CHATGPT_CLIENT_SECRET\\.$`) })
  const secretOf = (key: string) => tenant.data.applications[idOf(key)]?.secrets[0]?.value
  t.match(parseEnv(await readFile(path, 'utf8')), { KEEP: '1', OFFICIAL_APP_SECRET: secretOf('official-app'), CHATGPT_CLIENT_SECRET: secretOf('chatgpt-plugin') })
  const json = await run(`logto apply --json --write-env ${path}`, env)
  t.match(JSON.parse(json.out), { written: { file: path, variables: ['OFFICIAL_APP_ID', 'DOCS_CLIENT_ID', 'CHATGPT_CLIENT_ID'] } })
  for (const secret of secrets()) t.notOk([apply, json].some(({ out, err }) => `${out}${err}`.includes(secret)), 'no secret is printed')
})

await t.test('--write-env into a file that can\'t be written: told before anything is changed', async t => {
  const folder = temporaryFolder(t)
  t.match(await run(`logto apply --write-env ${folder}`, env), { code: 1, out: '', err: /^scopegate: --write-env: expected a file that can be written, found / })
  t.strictSame(watch.writes, [])
})

await t.test('a conflict: plan shows it, apply does not start', async t => {
  await tenant.change(data => { data.applications['x'] = makeApplication({ id: 'x', name: 'y', type: 'Native', customData: { scopegate: 'docs' } }) })
  t.match(await run('logto plan', env), { code: 2, out: /\n! The application "y" \(x\) is a first-party Native one .*\n1 conflict: nothing is applied until it is settled\.$/ })
  t.match(await run('logto apply', env), { code: 1, out: '', err: /^scopegate: The application "y" \(x\) is a first-party Native one .*\nNothing was changed before that\.$/ })
  t.match(JSON.parse((await run('logto apply --json', env)).out), { applied: [], failure: { message: /first-party Native/ } })
  t.strictSame(watch.writes, [])
})

await t.test('a failure half-way: which step, why, and what was done before', async t => {
  watch.stopAt(8, 'after')
  const failed = await run('logto apply', env)
  t.equal(failed.code, 1)
  t.match(failed.err, /^scopegate: could not create the role "Agent owner": The connection failed\. .*\nIt may have been done all the same\.\nDone before that \(7 changes\):\n {2}\+ API resource .*\n[\s\S]*\n {2}\+ role "Weather user"\nRun it again to go on from there\.$/)
  t.notMatch(failed.err, /\n\s+at /, 'no stack')
  watch.reset()
  t.match(await run('logto apply', env), { code: 0, out: /\nDone: 8 changes\./ })
})

await t.test('a failure half-way, for programs', async t => {
  watch.stopAt(3, 'before')
  const failed = await run('logto apply --json', env)
  t.equal(failed.code, 1)
  t.match(JSON.parse(failed.out), { applied: [{ kind: 'resource' }, { kind: 'scope' }], failure: { failure: 'unreachable', step: 'create the scope read:places of http://localhost:3000/', outcomeUnknown: true } })
})

await t.test('what a person can mend: one line, no stack, exit code 1', async t => {
  const { LOGTO_M2M_APP_ID: _id, LOGTO_M2M_APP_SECRET: _secret, ...without } = env
  const cases: Array<[string, Record<string, string>, RegExp]> = [
    ['no credentials', without, /^scopegate: LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET: expected .* machine-to-machine application with the role "Logto Management API access" /],
    ['half of them', { ...without, LOGTO_M2M_APP_ID: 'x' }, /^scopegate: LOGTO_M2M_APP_SECRET: expected /],
    ['wrong secret', { ...env, LOGTO_M2M_APP_SECRET: 'not-the-secret' }, /^scopegate: could not get a token for the Management API: 401 oidc\.invalid_client: .*Check LOGTO_M2M_APP_ID/],
    ['unknown app', { ...env, LOGTO_M2M_APP_ID: 'nobody' }, /^scopegate: could not get a token for the Management API: 400 oidc\.invalid_client: /],
    ['a port that is none', { ...env, PORT: 'x' }, /^scopegate: PORT: expected a port number/],
    ['Logto is down', { ...env, LOGTO_ENDPOINT: `http://localhost:${await freePort()}` }, /^scopegate: could not get a token for the Management API: The connection failed \(ECONNREFUSED\)\. Check LOGTO_ENDPOINT/],
    ['not Logto', { ...env, LOGTO_MANAGEMENT_RESOURCE: 'https://nothing.example/' }, /^scopegate: could not get a token for the Management API: 400 oidc\.invalid_target: /],
    ['the Management API as our resource', { ...env, API_RESOURCE: 'https://default.logto.app/api' }, /^scopegate: API_RESOURCE: expected an indicator of the service's own/]
  ]
  for (const [name, given, words] of cases) {
    const { code, out, err } = await run('logto plan', given)
    t.equal(code, 1, name)
    t.equal(out, '', `${name}: nothing on the standard output`)
    t.match(err, words, name)
    t.equal(err.split('\n').length, 1, `${name}: one line`)
    t.notMatch(err, /not-the-secret/)
  }
})

await t.test('the app may not use the Management API', async t => {
  await tenant.change(data => { Object.assign(data.applications[credentials.appId] ?? {}, { roleIds: [] }) })
  t.match(await run('logto plan', env), { code: 1, err: /^scopegate: could not list the .*: 403 auth\.forbidden: .*Give the machine-to-machine app the role "Logto Management API access"\.$/ })
})

await t.test('doctor is one of the commands', async t => {
  const { code, out } = await run('logto doctor --json', { ...env, PUBLIC_URL: `http://localhost:${await freePort()}` })
  t.equal(code, 1, 'nothing is set up here')
  t.match(JSON.parse(out), { checks: [{ id: 'endpoint-reachable', status: 'pass' }] })
})
