import { mock } from 'node:test'
import fc from 'fast-check'
import t from 'tap'
import { isBlocked, scopesThatCount, type CimdPolicy } from '../../src/auth/cimd.js'
import { checkClaims } from '../../src/auth/claims.js'
import { parseHosts } from '../../src/config/lists.js'
import { Problem } from '../../src/errors.js'
import { allScopes, thirdPartyScopes } from '../../src/scopes.js'
import { principalFromClaims } from '../kit/principal.js'
import { visible } from '../kit/visible.js'

// Clients that nobody has registered: how they are told from others, the ceiling, and the block-list in
// whatever spelling a host comes.

const policy = (scopes: readonly string[], ...blocked: string[]): CimdPolicy => ({ scopes, blockedHosts: blocked.length === 0 ? [] : parseHosts(blocked.join(' ')) ?? [] })
const outcomeOf = (clientId: string, given: CimdPolicy, scopes: readonly string[] = allScopes): readonly string[] | string => {
  try {
    return isBlocked(clientId, given) ? 'client_blocked' : scopesThatCount(clientId, scopes, given)
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
}

await t.test('a registered client keeps what its token says', async t => {
  for (const id of ['weatherbot', 'x1f2k3l4m5n6', 'agent.example', 'evil.example', 'evil.example/client.json', '//evil.example', 'urn:x:y', 'did:web:evil.example', 'httpsx://evil.example', 'http', 'https']) t.strictSame(outcomeOf(id, policy([], 'evil.example')), allScopes, id)
})

await t.test('whatever is an http(s) address is no registered client, and gets no more than the ceiling', async t => {
  for (const id of ['https://agent.example/client.json', 'HTTPS://AGENT.EXAMPLE/', 'https://agent.example', 'https:agent.example', 'https:\\\\agent.example', '  https://agent.example/', 'http://localhost:4100/client.json', 'http://127.0.0.1/', 'http://agent.example/', 'https://user:pass@agent.example:8443/x?y#z']) {
    t.strictSame(outcomeOf(id, policy(['read:weather'])), ['read:weather'], visible(id))
    t.strictSame(outcomeOf(id, policy([])), [], `${visible(id)}: no ceiling is no scope`)
    t.strictSame(outcomeOf(id, policy(thirdPartyScopes), ['read:places', 'manage:agents', 'unknown']), ['read:places'], `${visible(id)}: nothing that is above it`)
  }
  for (const id of ['https://', 'https:', 'http://', 'https://a b/', 'https://1.2.3.4.5/', 'https://[::g]/', ' HTTPS://%/']) t.equal(outcomeOf(id, policy(thirdPartyScopes)), 'invalid_token', visible(id))
})

await t.test('nobody said anything about such clients: no scope', async t => {
  const claims = { iss: 'i', aud: 'a', sub: 's', client_id: 'https://agent.example/c', jti: 'j', iat: 1000, exp: 2000, scope: 'read:weather' }
  const rules = { issuer: 'i', audiences: ['a'], leeway: 5 }
  t.strictSame(principalFromClaims(claims, rules, 1500).scopes, [])
  const limited = principalFromClaims({ ...claims, scope: 'read:weather manage:agents' }, { ...rules, cimd: policy(thirdPartyScopes) }, 1500)
  t.strictSame(limited.scopes, ['read:weather'])
})

await t.test('an address is looked into only once somebody has vouched for the token', async t => {
  const claims = { iss: 'i', aud: 'a', sub: 's', client_id: 'https://', jti: 'j', iat: 1000, exp: 2000, scope: 'read:weather' }
  const parse = mock.method(URL, 'canParse')
  t.teardown(() => { parse.mock.restore() })
  // Node needs 20 ms for such a host, in any token with the public issuer and audience.
  for (const id of ['https://', `https://${String.fromCodePoint(...Array.from({ length: 1800 }, (_, index) => 0x4e00 + 7 * index))}/`]) {
    t.ok(checkClaims({ ...claims, client_id: id }, { issuer: 'i', audiences: ['a'], leeway: 5 }, 1500))
  }
  t.equal(parse.mock.callCount(), 0)
  isBlocked('https://agent.example/', policy([]))
  t.equal(parse.mock.callCount(), 1, 'which would have been seen')
})

await t.test('a blocked host in other spellings', async t => {
  const spellings: Record<string, string[]> = {
    'evil.example': ['https://evil.example/', 'https://EVIL.Example', 'https://evil.example./', 'https://evil.example../', 'https://evil.example:8443/x', 'https://good.example@evil.example/', 'https://good.example:pass@evil.example:1/', 'https://sub.evil.example/', 'https://a.b.c.evil.example.:1/', 'https://%65vil.example/', 'https://ev\u00adil.example/', 'https://\uff45vil.example/', 'https://evil\u3002example/', 'https:\\\\evil.example\\x', 'https:/evil.example', 'http://evil.example/', ' https://evil.example/'],
    'bücher.example': ['https://bücher.example/', 'https://BÜCHER.example/', 'https://xn--bcher-kva.example/', 'https://XN--BCHER-KVA.example./', 'https://b%C3%BCcher.example/', 'https://bu\u0308cher.example/', 'https://x.bücher.example/'],
    'xn--bcher-kva.example': ['https://bücher.example/'],
    '127.0.0.1': ['https://127.0.0.1/', 'https://127.1/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://2130706433/', 'https://127.0.0.1./', 'https://[::ffff:127.0.0.1]:3/', 'https://[::ffff:7f00:1]/', 'https://[0:0:0:0:0:FFFF:7F00:0001]/', 'http://127.0.0.1:4100/'],
    '::ffff:192.0.2.1': ['https://192.0.2.1/', 'https://[::ffff:c000:201]/'],
    '2001:db8::1': ['https://[2001:db8::1]/', 'https://[2001:0DB8:0:0::1]:8443/'],
    localhost: ['http://localhost:4100/c', 'https://LOCALHOST./', 'https://app.localhost/'],
    example: ['https://anything.example/', 'https://example/']
  }
  for (const [blocked, ids] of Object.entries(spellings)) for (const id of ids) t.equal(outcomeOf(id, policy(thirdPartyScopes, 'other.test', blocked)), 'client_blocked', `${visible(blocked)}: ${visible(id)}`)
})

await t.test('other hosts are not blocked', async t => {
  for (const [blocked, id] of [['evil.example', 'https://notevil.example/'], ['evil.example', 'https://evil.example.org/'], ['evil.example', 'https://evil.example@good.example/'], ['evil.example', 'https://good.example/evil.example'], ['evil.example', 'https://good.example/?evil.example'], ['sub.evil.example', 'https://evil.example/'], ['evil.example', 'https://evil-example/'], ['evil.example', 'https://\u0435vil.example/'], ['127.0.0.1', 'https://127.0.0.2/'], ['0.0.1', 'https://127.0.0.1/'], ['::1', 'https://[::2]/'], ['::1', 'https://0.0.0.1/']] as const) t.strictSame(outcomeOf(id, policy(['read:weather'], blocked)), ['read:weather'], `${blocked}: ${visible(id)}`)
})

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/).filter(text => !text.startsWith('xn--'))
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
const shout = (text: string, flags: boolean[]) => [...text].map((letter, index) => flags[index % flags.length] === true ? letter.toUpperCase() : letter).join('')

await t.test('property: a blocked domain is blocked with all below it, in any case, at any port and path', t => {
  fc.assert(fc.property(domain, fc.option(domain, { nil: undefined }), fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), fc.constantFrom('', '.'), fc.constantFrom('', ':8443', ':1'), fc.constantFrom('', 'user@', 'good.test:x@'), fc.webPath(), (blocked, below, flags, dot, port, user, path) => {
    const id = `https://${user}${shout(below === undefined ? blocked : `${below}.${blocked}`, flags)}${dot}${port}/${path.slice(1)}`
    return outcomeOf(id, policy(thirdPartyScopes, shout(blocked, flags))) === 'client_blocked'
  }))
  t.end()
})

await t.test('property: a domain that is neither it nor below it gets in, and no scope above the ceiling with it', t => {
  fc.assert(fc.property(domain, domain, fc.subarray([...thirdPartyScopes]), fc.array(fc.oneof(fc.constantFrom(...allScopes), fc.string())), (blocked, host, ceiling, held) => {
    fc.pre(host !== blocked && !host.endsWith(`.${blocked}`))
    const scopes = outcomeOf(`https://${host}/client.json`, policy(ceiling, blocked), held)
    return typeof scopes !== 'string' && scopes.every(scope => held.includes(scope) && ceiling.some(one => one === scope)) && held.filter(scope => ceiling.some(one => one === scope)).every(scope => scopes.includes(scope))
  }))
  t.end()
})
