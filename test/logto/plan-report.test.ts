import t from 'tap'
import { paint, planDocument, planLines, type Comparison, type PlannedChange } from '../../src/logto/plan/index.js'

// The plan as people and programs read it.

const step = { do: 'enable cimd' } as const
const change = (given: Partial<PlannedChange>): PlannedChange => ({ action: 'update', kind: 'cimd', subject: 'thing', details: [], step, ...given })
const comparison = (given: Partial<Comparison>): Comparison => ({ changes: [], unmanaged: [], conflicts: [], notes: [], ...given })
const plain = (given: Partial<Comparison>) => planLines(comparison(given), paint(false))

await t.test('a diff: signs, what it is now, what it would be', async t => {
  t.strictSame(plain({
    changes: [
      change({ action: 'create', subject: 'role "Weather user"', details: [{ name: 'new users get it', to: true }, { name: 'scopes', to: ['read:weather'] }] }),
      change({ action: 'update', subject: 'scope a', details: [{ name: 'description', from: null, to: 'Read' }, { name: 'lifetime', from: 60, to: 3600 }, { name: 'list', from: ['kept', 'gone'], to: ['kept', 'new'] }] }),
      change({ action: 'delete', subject: 'scope b', details: [{ name: 'description', from: 'old' }, { name: 'on', from: false, to: null }] })
    ]
  }), [
    '+ role "Weather user"',
    '    new users get it: yes',
    '    scopes',
    '      + read:weather',
    '~ scope a',
    '    description: none → "Read"',
    '    lifetime: 60 → 3600',
    '    list',
    '        kept',
    '      - gone',
    '      + new',
    '- scope b',
    '    description: "old"',
    '    on: no → none',
    '',
    '1 to create, 1 to update, 1 to delete.'
  ])
})

await t.test('nothing to do', async t => {
  t.strictSame(plain({}), ['Nothing to do: the tenant is as the code wants it.'])
})

await t.test('warnings, what stays, notes and conflicts', async t => {
  const unmanaged = (name: string, warning: boolean) => ({ kind: 'application' as const, subject: 'application "X"', name, values: ['a', 'b'], warning })
  t.strictSame(plain({ unmanaged: [unmanaged('redirect URIs', false), unmanaged('more', true)], notes: ['Look.'], conflicts: ['Two of them.'] }), [
    '! application "X": more: a, b (--prune takes it away)',
    'Not in the code; stays, unless --prune is given:',
    '  application "X": redirect URIs: a, b',
    'Note: Look.',
    '',
    '! Two of them.',
    '1 conflict: nothing is applied until it is settled.'
  ])
})

await t.test('colours only when asked for', async t => {
  const given = { changes: [change({ action: 'create' }), change({}), change({ action: 'delete' })] }
  t.strictSame(planLines(comparison(given), paint(true)).slice(0, 3), ['\u001b[32m+ thing\u001b[0m', '\u001b[33m~ thing\u001b[0m', '\u001b[31m- thing\u001b[0m'])
  t.notOk(plain(given).join('').includes('\u001b'))
})

await t.test('names in a tenant can\'t fake lines or colours', async t => {
  const evil = 'x\r\n\u001b[2K+ all is well\u202e\u2028'
  const lines = plain({
    changes: [change({ subject: evil, details: [{ name: 'description', from: evil, to: evil }, { name: 'list', from: [evil], to: [] }] })],
    unmanaged: [{ kind: 'resource', subject: evil, name: 'scopes', values: [evil], warning: false }, { kind: 'resource', subject: evil, name: 'scopes', values: [evil], warning: true }],
    notes: [evil],
    conflicts: [evil]
  })
  t.notMatch(lines.join(''), /[\p{Cc}\p{Cf}\p{Zl}]/u)
})

await t.test('a program gets what is public, and not how a change is made', async t => {
  const details = [{ name: 'enabled', from: false, to: true }]
  t.strictSame(planDocument(comparison({ changes: [change({ details })], notes: ['n'] })), {
    changes: [{ action: 'update', kind: 'cimd', subject: 'thing', details }], unmanaged: [], conflicts: [], notes: ['n']
  })
})
