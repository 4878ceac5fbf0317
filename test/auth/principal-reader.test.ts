import t from 'tap'
import type { TokenClaims } from '../../src/auth/claims.js'
import { createPrincipalReader } from '../../src/auth/principal-reader.js'

const claims = (changes: Partial<TokenClaims> = {}): TokenClaims => ({
  sub: 's',
  clientId: 'c',
  scope: 'a b',
  audience: 'https://a/',
  organization: { tokenType: 'resource', organizationId: undefined },
  times: { issuedAt: 0, notBefore: 0, expiresAt: 2000 },
  ...changes
})

await t.test('what tokens say alike is kept once, and can not be changed by whoever gets it', async t => {
  const principalOf = createPrincipalReader()
  const [one, two] = [principalOf(claims()), principalOf(claims({ sub: 't', audience: ['https://a/'] }))]
  t.equal(one.scopes, two.scopes, 'the same list')
  t.equal(one.audience, two.audience, 'also where one token has a text and the other a list')
  t.strictSame([one.sub, two.sub], ['s', 't'])
  for (const value of [one, one.scopes, one.audience]) t.ok(Object.isFrozen(value))
})

await t.test('what the scopes of one client are cut to is not what another gets', async t => {
  const principalOf = createPrincipalReader({ scopes: ['a'], blockedHosts: [] })
  const scopes = (clientId: string, scope = 'a b') => principalOf(claims({ clientId, scope })).scopes
  for (let time = 0; time < 2; time += 1) {
    t.strictSame(scopes('https://agent.example/c'), ['a'])
    t.strictSame(scopes('c'), ['a', 'b'])
  }
  t.equal(scopes('https://agent.example/c'), scopes('c', 'a'), 'the same list as of one who was given no more')
  t.ok(Object.isFrozen(scopes('https://agent.example/c', 'b')))
  t.strictSame(scopes('https://agent.example/c', 'b'), [])
})

await t.test('what one token says is not what another says, however many there are', async t => {
  const principalOf = createPrincipalReader()
  const audiences = ['a', 'b', ['a', 'b'], ['b', 'a'], ['a']]
  for (let time = 0; time < 2; time += 1) for (const audience of audiences) t.strictSame(principalOf(claims({ audience })).audience, [audience].flat())
  let wrong = 0
  for (let number = 0; number < 2000; number += 1) {
    const name = `${number % 1200}` // more than are shared at a time
    const { scopes, clientId, audience } = principalOf(claims({ scope: ` ${name}  x ${name}`, clientId: name, audience: name }))
    if (scopes.join() !== `${name},x` || clientId !== name || audience.join() !== name || !Object.isFrozen(scopes)) wrong += 1
  }
  t.equal(wrong, 0)
  t.strictSame(principalOf(claims({ scope: 'a \ud800' })).scopes, ['a', '\ud800'], 'half a character, too')
})
