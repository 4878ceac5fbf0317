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
