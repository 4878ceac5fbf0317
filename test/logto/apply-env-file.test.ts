import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import t from 'tap'
import { makeSecret } from '../../src/dev/tenant/make.js'
import { StartError } from '../../src/errors.js'
import { withVariables } from '../../src/logto/plan/clients/env-text.js'
import { clientVariables, openEnvFile, readTenant, writeClients } from '../../src/logto/plan/index.js'
import { temporaryFolder } from '../start/process.js'
import { startTenant } from '../kit/tenant.js'
import { desired } from './plan-kit.js'

// `apply --write-env`: client ids and secrets in an environment file, and everything else in it as it was.

const { management, tenant } = await startTenant(t)
const clients = clientVariables(desired, await readTenant(management, desired))
const secretOf = (id: string) => tenant.data.applications[id]?.secrets[0]?.value ?? ''
const official = 'official-weather-app'

await t.test('which variables there are: a public client has no secret', async t => {
  t.strictSame(clients.map(({ idVariable, secretVariable, applicationId }) => [idVariable, secretVariable, applicationId]), [
    ['OFFICIAL_APP_ID', 'OFFICIAL_APP_SECRET', official],
    ['DOCS_CLIENT_ID', undefined, 'docs'],
    ['CHATGPT_CLIENT_ID', 'CHATGPT_CLIENT_SECRET', 'chatgpt-plugin']
  ])
})

async function write (path: string, made: Array<'official-app' | 'chatgpt-plugin'> = []): Promise<string> {
  await writeClients({ management, file: await openEnvFile(path), clients, made: new Set(made) })
  return readFile(path, 'utf8')
}

await t.test('a new file: ids and secrets, for its owner only, and nothing beside it', async t => {
  const folder = temporaryFolder(t)
  const path = join(folder, '.env')
  const text = await write(path, ['official-app', 'chatgpt-plugin'])
  t.strictSame(parseEnv(text), {
    OFFICIAL_APP_ID: official, OFFICIAL_APP_SECRET: secretOf(official), DOCS_CLIENT_ID: 'docs', CHATGPT_CLIENT_ID: 'chatgpt-plugin', CHATGPT_CLIENT_SECRET: secretOf('chatgpt-plugin')
  })
  t.equal((await stat(path)).mode & 0o777, 0o600)
  t.strictSame(await readdir(folder), ['.env'])
  t.equal(await write(path), text, 'again: the same')
})

await t.test('an existing file: other lines stay, and it is closed to others', async t => {
  const path = join(temporaryFolder(t), '.env')
  await writeFile(path, '# ours\nexport FOO="a b"\n\n  DOCS_CLIENT_ID = old\nBAR=1', { mode: 0o644 })
  const lines = (await write(path)).split('\n')
  t.strictSame(lines.slice(0, 5), ['# ours', 'export FOO="a b"', '', 'DOCS_CLIENT_ID=docs', 'BAR=1'])
  t.equal((await stat(path)).mode & 0o777, 0o600)
})

await t.test('a secret that is there is kept, unless its application was made just now or is another', async t => {
  const path = join(temporaryFolder(t), '.env')
  const kept = `OFFICIAL_APP_ID=${official}\nOFFICIAL_APP_SECRET=of-my-own\nCHATGPT_CLIENT_SECRET=mine\n`
  await writeFile(path, kept)
  t.match(parseEnv(await write(path)), { OFFICIAL_APP_SECRET: 'of-my-own', CHATGPT_CLIENT_SECRET: 'mine' }, 'kept')
  t.match(parseEnv(await write(path, ['official-app'])), { OFFICIAL_APP_SECRET: secretOf(official), CHATGPT_CLIENT_SECRET: 'mine' }, 'made just now')
  await writeFile(path, kept.replace(official, 'an-app-that-is-gone'))
  t.match(parseEnv(await write(path)), { OFFICIAL_APP_ID: official, OFFICIAL_APP_SECRET: secretOf(official) }, 'of another application')
  await writeFile(path, 'OFFICIAL_APP_SECRET=\n')
  t.match(parseEnv(await write(path)), { OFFICIAL_APP_SECRET: secretOf(official) }, 'an empty one')
})

await t.test('of several secrets the newest that counts; none is told in words', async t => {
  const path = join(temporaryFolder(t), '.env')
  const application = tenant.data.applications[official]
  if (application === undefined) throw new Error('there is no such application')
  const [first] = application.secrets
  const now = Date.now()
  application.secrets = [
    ...first === undefined ? [] : [first],
    makeSecret(official, { name: 'new', value: 'the-newest-that-counts', createdAt: now + 1 }),
    makeSecret(official, { name: 'expired', value: 'expired', createdAt: now + 2, expiresAt: now - 1 })
  ]
  t.equal(parseEnv(await write(path))['OFFICIAL_APP_SECRET'], 'the-newest-that-counts')
  application.secrets = application.secrets.slice(2)
  await t.rejects(write(path, ['official-app']), { name: 'StartError', message: /^OFFICIAL_APP_SECRET: the application official-weather-app has no secret that counts/ })
  application.secrets = first === undefined ? [] : [first]
})

await t.test('a link is followed, not replaced', async t => {
  const folder = temporaryFolder(t)
  await mkdir(join(folder, 'real'))
  await writeFile(join(folder, 'real', 'env'), 'A=1\n')
  await symlink(join(folder, 'real', 'env'), join(folder, '.env'))
  await write(join(folder, '.env'))
  t.equal(parseEnv(await readFile(join(folder, 'real', 'env'), 'utf8'))['DOCS_CLIENT_ID'], 'docs')
})

await t.test('a file that can\'t be written is told before anything else happens', async t => {
  const folder = temporaryFolder(t)
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'closed'))
  await chmod(join(folder, 'closed'), 0o500)
  const paths = [join(folder, 'none', '.env'), join(folder, 'file', '.env'), folder, ...process.getuid?.() === 0 ? [] : [join(folder, 'closed', '.env')]]
  for (const path of paths) await t.rejects(openEnvFile(path), { name: 'StartError', message: /^--write-env: expected a file that can be written, found "/ }, path)
})

await t.test('text: where a variable stands, what else stays', async t => {
  const values = { A: '1', LONGER: 'x' }
  const cases: Array<[string, string, string]> = [
    ['nothing', '', 'A=1\nLONGER=x\n'],
    ['no line feed at the end', 'B=2', 'B=2\nA=1\nLONGER=x\n'],
    ['in its place', 'A=0\nB=2\n', 'A=1\nB=2\nLONGER=x\n'],
    ['twice: the further one goes', 'A=0\nB=2\nA=3\n', 'A=1\nB=2\nLONGER=x\n'],
    ['exported', 'export A=0\n', 'A=1\nLONGER=x\n'],
    ['Windows line ends', 'A=0\r\nB=2\r\n', 'A=1\r\nB=2\r\nLONGER=x\n'],
    ['a comment is none', '#A=0\n', '#A=0\nA=1\nLONGER=x\n'],
    ['a longer name is another', 'AA=0\nA_=0\n', 'AA=0\nA_=0\nA=1\nLONGER=x\n']
  ]
  for (const [name, before, after] of cases) t.equal(withVariables(before, values), after, name)
})

await t.test('text: a value is read as it was written, or refused', async t => {
  for (const value of ['a b', 'a#b', "it's", '"q"', 'a=b', '$HOME', 'a\\nb', '']) t.equal(parseEnv(withVariables('', { A: value }))['A'], value, JSON.stringify(value))
  for (const value of ['a\nB=1', 'a\rb', '\'"`']) t.throws(() => withVariables('', { A: value }), { name: 'StartError' }, JSON.stringify(value))
})

await t.test('text: nothing is written where it would change the meaning of another line', async t => {
  t.throws(() => withVariables('TEXT="first\nA=inside\nlast"\n', { A: '1' }), /would change (TEXT|A)/)
  t.throws(() => withVariables('TEXT="first\nA=inside', { A: '"' }), { name: 'StartError' }, 'a quotation mark that closes another')
})

await t.test('property: every other line is kept, in order', async t => {
  const line = fc.oneof(fc.constantFrom('', '# note', 'export X=1', 'B = 2', 'C="a b"', 'A=0', ' A= 5', 'AB=3', 'D=\'#\'', 'E=`x`', '=nothing', 'junk'), fc.stringMatching(/^[A-Z_]{1,4}=[\w .#-]{0,8}$/))
  fc.assert(fc.property(fc.array(line, { maxLength: 8 }), fc.stringMatching(/^\w{1,12}$/), (lines, value) => {
    const text = lines.join('\n')
    let result: string
    try {
      result = withVariables(text, { A: value })
    } catch (error) {
      return error instanceof StartError
    }
    const others = (all: string[]) => all.filter(one => !/^\s*(export\s+)?A\s*=/.test(one) && one !== '')
    return JSON.stringify(others(result.split('\n'))) === JSON.stringify(others(lines)) && parseEnv(result)['A'] === value
  }))
  t.pass()
})
