import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { manifestDocument } from '../../src/manifest/document.js'
import { manifestFaults } from '../../src/manifest/faults.js'
import { ManifestSchema, type Manifest } from '../../src/manifest/schema.js'
import { packageRoot } from '../../src/root.js'
import { thirdPartyScopes } from '../../src/scopes.js'
import { visible } from '../kit/visible.js'

// What the plugin store takes, member by member; every fault is named with its member.

const values = { publicUrl: 'https://api.example.com', authorizationEndpoint: 'https://auth.example.com/oidc/auth', tokenEndpoint: 'https://auth.example.com/oidc/token', contactEmail: 'help@example.com', openaiVerificationToken: undefined }
const good = await manifestDocument(values, thirdPartyScopes) as Manifest

/** The faults of the good document with one member exchanged; `undefined` takes it away. */
function faultsWith (member: string, value: unknown): string[] {
  const changed = structuredClone(good) as unknown as Record<string, unknown>
  const path = member.split('.')
  const last = path.pop() ?? ''
  const inside = path.reduce<Record<string, unknown>>((inner, name) => inner[name] as Record<string, unknown>, changed)
  if (value === undefined) delete inside[last]
  else inside[last] = value
  return manifestFaults(changed)
}

const text = (length: number) => 'x'.repeat(length)
const limits: Array<[string, number]> = [['name_for_human', 20], ['name_for_model', 50], ['description_for_human', 100], ['description_for_model', 8_000]]
const members = (schema: { properties?: object }): string[] => Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [name, ...members(inner as typeof schema).map(rest => `${name}.${rest}`)])

await t.test('the manifest of this service is one', async t => {
  t.strictSame(manifestFaults(good), [])
  t.match(good.name_for_model, /^[A-Za-z0-9]+$/)
  const template = await readFile(join(packageRoot(), 'manifest/ai-plugin.json'), 'utf8')
  t.not(manifestFaults(JSON.parse(template)).length, 0, 'not before it is filled in')
})

await t.test('texts: to the last character and not beyond', async t => {
  for (const [member, limit] of limits) {
    t.strictSame(faultsWith(member, text(limit)), [], `${member}: ${limit}`)
    t.equal(faultsWith(member, text(limit + 1)).length, 1, `${member}: ${limit + 1}`)
    t.equal(faultsWith(member, '').length, 1, `${member}: empty`)
    t.equal(faultsWith(member, ' ').length, 1, `${member}: blank`)
  }
  t.strictSame(faultsWith('name_for_human', text(21)), ['name_for_human: expected a text of 1 to 20 characters, found "xxxxxxxxxxxxxxxxxxxxx"'])
  t.match(faultsWith('description_for_model', text(9_000)), [/^description_for_model: expected a text of 1 to 8000 characters, found 9000 characters: "x{80}"…$/])
})

await t.test('property: a text is taken exactly when it is within its limit', async t => {
  for (const [member, limit] of limits.slice(0, 3)) fc.assert(fc.property(fc.integer({ min: 1, max: limit * 2 }), length => (faultsWith(member, text(length)).length === 0) === (length <= limit)))
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 50 }), name => (faultsWith('name_for_model', name).length === 0) === /^[A-Za-z0-9]+$/.test(name)))
  t.pass('for all tried')
})

await t.test('every member is needed, and no other is known', async t => {
  const all = members(ManifestSchema)
  t.equal(all.length, 19)
  for (const member of all) {
    t.strictSame(faultsWith(member, undefined), [`${member}: is missing`])
    for (const wrong of [null, 7, []]) t.ok(faultsWith(member, wrong).every(fault => fault.startsWith(`${member}: expected `)) && faultsWith(member, wrong).length === 1, `${member}: ${visible(wrong)}`)
  }
  for (const other of ['name', 'auth.client_secret', 'api.has_user_authentication', 'auth.verification_tokens.other']) t.strictSame(faultsWith(other, 'x'), [`${other}: is not known in a manifest`])
  for (const none of [undefined, null, 'x', 7, []]) t.match(manifestFaults(none), [/^the document: expected an object/], visible(none))
})

await t.test('fixed words', async t => {
  for (const [member, wrong] of [['schema_version', 'v2'], ['auth.type', 'none'], ['api.type', 'graphql'], ['auth.authorization_content_type', 'text/plain']] as const) t.equal(faultsWith(member, wrong).length, 1, member)
  t.strictSame(faultsWith('auth.authorization_content_type', 'application/json'), [])
})

await t.test('addresses: https, plain http on loopback only', async t => {
  for (const member of ['auth.client_url', 'auth.authorization_url', 'api.url', 'logo_url', 'legal_info_url']) {
    for (const address of ['https://a.example/x', 'http://localhost:3000/x', 'http://127.0.0.1/x', 'http://[::1]:3000/x']) t.strictSame(faultsWith(member, address), [], `${member}: ${address}`)
    for (const address of ['', '/logo.png', 'http://a.example/x', 'http://localhost.a.example/', 'http://192.168.1.1/', 'ftp://a.example', 'javascript:alert(1)', 'https://user:pass@a.example/', 'https://a.example/a b', 'https://']) {
      t.match(faultsWith(member, address), [new RegExp(`^${member}: expected an https address`)], `${member}: ${visible(address)}`)
    }
  }
})

await t.test('scope: never empty, never with openid', async t => {
  for (const scope of ['read:weather', 'read:weather read:places', 'openid2', 'xopenid', 'read:openid', 'openid:x']) t.strictSame(faultsWith('auth.scope', scope), [], scope)
  for (const scope of ['', ' ', 'openid', 'openid read:weather', 'read:weather openid', 'a openid b', ' read:weather', 'read:weather ', 'a  b', 'a\tb', 'a\nopenid', 'a"b', 'a\\b', 'ä']) {
    t.match(faultsWith('auth.scope', scope), [/^auth\.scope: expected at least one permission/], visible(scope))
  }
  t.match(manifestFaults(await manifestDocument(values, [])), [/^auth\.scope: /], 'where no route needs one')
})

await t.test('contact address and verification token', async t => {
  for (const email of ['a@b', "o'neil+x.y@mail.example.com", 'support@localhost', 'support@127.0.0.1', 'support@[::1]', 'support@my_host']) t.strictSame(faultsWith('contact_email', email), [], email)
  for (const email of ['', 'a', '@b', 'a@', 'a@b@c', 'a b@c', 'a..b@c', '.a@c', 'a@b..c', 'a@.b', '"a"@b', '<a@b>', 'a@b c', 'a@[x]', 'mailto:a@b']) t.match(faultsWith('contact_email', email), [/^contact_email: expected an e-mail address/], visible(email))
  for (const token of ['', 'x', '0a1b2c', '"<>']) t.strictSame(faultsWith('auth.verification_tokens.openai', token), [], token)
  t.equal(faultsWith('auth.verification_tokens.openai', 'a b').length, 1)
})
