import fc from 'fast-check'
import t from 'tap'
import { parseArguments, UsageError } from '../../src/cli/arguments.js'
import { packageVersion } from '../../src/version.js'
import { run } from './run.js'

// The command line: what is understood, and that everything else is wrong usage, told with the right one.

const parse = (line: string) => parseArguments(line.split(' ').filter(word => word !== ''))
const off = { json: false, prune: false, writeEnv: undefined }

await t.test('commands and their options, wherever they stand', async t => {
  t.strictSame(parse('logto plan'), { kind: 'logto', command: 'plan', options: off })
  t.strictSame(parse('logto plan --json --prune'), { kind: 'logto', command: 'plan', options: { ...off, json: true, prune: true } })
  t.strictSame(parse('--prune logto --json plan'), { kind: 'logto', command: 'plan', options: { ...off, json: true, prune: true } })
  t.strictSame(parse('logto apply --write-env .env'), { kind: 'logto', command: 'apply', options: { ...off, writeEnv: '.env' } })
  t.strictSame(parse('logto apply --write-env=.env'), { kind: 'logto', command: 'apply', options: { ...off, writeEnv: '.env' } })
  t.strictSame(parse('logto doctor --json'), { kind: 'logto', command: 'doctor', options: { ...off, json: true } })
})

await t.test('help and version', async t => {
  for (const line of ['--help', '-h', '--help --version']) t.match(await run(line), { code: 0, out: /^Usage: scopegate <command>/, err: '' }, line)
  for (const line of ['logto --help', 'logto plan -h', '--help logto apply', 'logto nonsense --help']) {
    t.match(await run(line), { code: 0, out: /^Usage: scopegate logto plan[\s\S]*--write-env <file>[\s\S]*Exit codes: 0 .*; 1 .*; 2 .*; 64 /, err: '' }, line)
  }
  t.match(await run('--version'), { code: 0, out: packageVersion(), err: '' })
})

await t.test('wrong usage: one line, the right usage, and exit code 64', async t => {
  const cases: Array<[string, RegExp, RegExp]> = [
    ['', /^scopegate: a command is needed\n\nUsage: scopegate <command>/, /$/],
    ['nonsense', /^scopegate: there is no command "nonsense"\n/, /<command>/],
    ['logto', /^scopegate: logto needs a command\n/, /logto plan/],
    ['logto nonsense', /^scopegate: there is no command "logto nonsense"\n/, /logto plan/],
    ['logto constructor', /^scopegate: there is no command "logto constructor"\n/, /logto plan/],
    ['logto plan twice', /^scopegate: "twice" is one word too many\n/, /logto plan/],
    ['logto plan --nope', /^scopegate: Unknown option '--nope'\n/, /logto plan/],
    ['--nope', /^scopegate: Unknown option '--nope'\n/, /<command>/],
    ['logto plan --write-env .env', /^scopegate: logto plan does not take --write-env\n/, /logto plan/],
    ['logto doctor --prune', /^scopegate: logto doctor does not take --prune\n/, /logto plan/],
    ['logto plan --version', /^scopegate: logto plan does not take --version\n/, /logto plan/],
    ['logto apply --write-env', /^scopegate: Option '--write-env <value>' argument missing\n/, /logto plan/],
    ['logto apply --write-env=', /^scopegate: --write-env needs the name of a file\n/, /logto plan/],
    ['logto apply --write-env --json', /^scopegate: Option '--write-env' argument is ambiguous\n/, /logto plan/],
    ['logto plan --json=yes', /^scopegate: Option '--json' does not take an argument\n/, /logto plan/]
  ]
  for (const [line, words, usage] of cases) {
    const { code, out, err } = await run(line)
    t.equal(code, 64, line)
    t.equal(out, '', `${line}: nothing on the standard output`)
    t.match(err, words, line)
    t.match(err, usage, line)
  }
})

await t.test('property: any line is understood or wrong usage, and only known commands run', async t => {
  const word = fc.oneof(fc.constantFrom('logto', 'plan', 'apply', 'doctor', '--json', '--prune', '--write-env', 'x', '-h', '--', '-', '--no-json'), fc.string())
  fc.assert(fc.property(fc.array(word, { maxLength: 5 }), words => {
    try {
      const parsed = parseArguments(words)
      return parsed.kind !== 'logto' || (words.includes('logto') && words.includes(parsed.command))
    } catch (error) {
      return error instanceof UsageError
    }
  }))
  t.pass()
})
