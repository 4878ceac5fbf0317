import t from 'tap'
import { createMetadataRules, MAX_ADDRESSES_LENGTH, type ClientMetadata } from '../../src/clients/metadata.js'
import { MetadataError, type MetadataErrorCode } from '../../src/clients/metadata-error.js'
import { visible } from '../kit/visible.js'

// Client metadata in the names of RFC 7591: what is read, what is ignored, what is refused and in which words.

const rules = createMetadataRules({ reservedNames: ['Scopegate'], ownOrigin: 'https://api.example.test' })
const agent = { client_name: 'Rain Today', redirect_uris: ['https://agent.example.com/cb'], scope: 'read:weather' }
const read: ClientMetadata = { name: 'Rain Today', redirectUris: ['https://agent.example.com/cb'], scopes: ['read:weather'], authMethod: 'client_secret_basic', links: {} }

function refusal (act: () => unknown): { code: MetadataErrorCode, message: string } | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error
    return { code: error.code, message: error.message }
  }
}

await t.test('what is read', async t => {
  t.strictSame(rules.read(agent), read)
  t.strictSame(rules.read({
    ...agent,
    scope: 'write:places read:weather read:weather',
    token_endpoint_auth_method: 'none',
    grant_types: ['refresh_token', 'authorization_code'],
    response_types: ['code'],
    client_uri: 'https://agent.example.com',
    policy_uri: 'https://agent.example.com/privacy#top'
  }), { ...read, scopes: ['read:weather', 'write:places'], authMethod: 'none', links: { client_uri: 'https://agent.example.com', policy_uri: 'https://agent.example.com/privacy#top' } }, 'each scope once, in the catalogue\'s order')
  t.equal(rules.read({ ...agent, token_endpoint_auth_method: 'client_secret_post' }).authMethod, 'client_secret_post')
  t.strictSame(rules.read({ ...agent, client_uri: null, grant_types: null, token_endpoint_auth_method: null }), read, 'null is as good as absent')
  t.strictSame(rules.read({ ...agent, grant_types: ['authorization_code'] }), read)
})

await t.test('members that are not understood are ignored (RFC 7591 section 2), as are those that only the server sets', async t => {
  t.strictSame(rules.read({ ...agent, contacts: ['a@b.example'], software_id: 'x', 'client_name#de': 'Regen', jwks_uri: 'http://evil.example', client_id: 'mine', client_secret: 'mine', owner: 'bob', isThirdParty: false, custom: {} }), read)
  t.strictSame(rules.read(JSON.parse(`{"constructor":1,"toString":2,${JSON.stringify(agent).slice(1)}`)), read)
})

await t.test('what is refused, with the member\'s name first', async t => {
  const possible = 'read:weather read:places write:places'
  const cases: Array<[object, string, MetadataErrorCode, string?]> = [
    [{ client_name: undefined }, 'client_name', 'invalid_client_metadata'],
    [{ client_name: 'Scopegate' }, 'client_name', 'invalid_client_metadata', '"Scopegate"'],
    [{ redirect_uris: undefined }, 'redirect_uris', 'invalid_redirect_uri'],
    [{ redirect_uris: ['http://agent.example.com'] }, 'redirect_uris', 'invalid_redirect_uri', 'use https'],
    ...[undefined, null, '', 7, ['read:weather']].map((scope): [object, string, MetadataErrorCode, string] => [{ scope }, 'scope', 'invalid_client_metadata', possible]),
    ...['openid', 'manage:clients', 'manage:agents', 'all', 'read:weather manage:clients', ' read:weather', 'read:weather ', 'read:weather  read:places', 'read:weather\tread:places', 'READ:WEATHER', 'toString'].map((scope): [object, string, MetadataErrorCode, string] => [{ scope }, 'scope', 'invalid_client_metadata', possible]),
    ...['private_key_jwt', 'client_secret_jwt', 'NONE', '', 7, ['none']].map((method): [object, string, MetadataErrorCode, string] => [{ token_endpoint_auth_method: method }, 'token_endpoint_auth_method', 'invalid_client_metadata', 'client_secret_basic']),
    ...[[], ['refresh_token'], ['client_credentials'], ['authorization_code', 'implicit'], ['authorization_code', 7], 'authorization_code', {}].map((grants): [object, string, MetadataErrorCode] => [{ grant_types: grants }, 'grant_types', 'invalid_client_metadata']),
    ...[[], ['token'], ['code', 'token'], 'code'].map((types): [object, string, MetadataErrorCode] => [{ response_types: types }, 'response_types', 'invalid_client_metadata']),
    ...['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'].flatMap(name => ['http://agent.example.com', 'javascript:alert(1)', 'x', '', 7, 'https://user@agent.example.com', 'https://agent.example.com/\u0000', `https://a.example/${'x'.repeat(2000)}`].map((link): [object, string, MetadataErrorCode] => [{ [name]: link }, name, 'invalid_client_metadata']))
  ]
  for (const [change, member, code, words = ''] of cases) {
    const { code: found, message = '' } = refusal(() => rules.read({ ...agent, ...change })) ?? {}
    t.equal(found, code, visible(change).slice(0, 80))
    t.ok(message.startsWith(`${member}: `) && message.includes(words), message)
    t.match(message, /^[\x20-\x7e]{1,600}$/, 'ASCII, and not too much of it')
  }
  for (const body of [undefined, null, [], [agent], 'x', 7, true]) t.match(refusal(() => rules.read(body)), { code: 'invalid_client_metadata', message: /JSON object/ })
})

await t.test('changes: what is not named stays, null takes a link away', async t => {
  const current = { ...read, links: { client_uri: 'https://agent.example.com/', tos_uri: 'https://agent.example.com/tos' } }
  t.strictSame(rules.merge(current, { client_name: 'Snow Today' }), { ...current, name: 'Snow Today' })
  t.strictSame(rules.merge(current, { scope: 'read:places' }), { ...current, scopes: ['read:places'] })
  t.strictSame(rules.merge(current, { redirect_uris: ['http://localhost/'] }), { ...current, redirectUris: ['http://localhost/'] })
  t.strictSame(rules.merge(current, { client_uri: null, logo_uri: 'https://agent.example.com/logo.png' }), { ...current, links: { tos_uri: 'https://agent.example.com/tos', logo_uri: 'https://agent.example.com/logo.png' } })
  t.strictSame(rules.merge(current, { tos_uri: null, client_uri: null }).links, {})
  t.strictSame(rules.merge(current, { client_name: 'Snow Today', token_endpoint_auth_method: 'client_secret_basic', grant_types: ['authorization_code'], client_id: 'x' }), { ...current, name: 'Snow Today' }, 'the whole record may be sent back')
  t.strictSame(current, { ...read, links: { client_uri: 'https://agent.example.com/', tos_uri: 'https://agent.example.com/tos' } }, 'the one in force is not touched')
})

await t.test('all addresses of a client together have a bound, so that a list of clients has one', async t => {
  const addresses = Array.from({ length: 4 }, (_, index) => `https://agent.example.com/${index}`.padEnd(2_000, 'x'))
  const full = rules.read({ ...agent, redirect_uris: addresses })
  t.equal(full.redirectUris.join('').length, MAX_ADDRESSES_LENGTH, 'to the last character')
  t.match(refusal(() => rules.read({ ...agent, redirect_uris: addresses, client_uri: 'https://agent.example.com' })), { code: 'invalid_client_metadata', message: 'body: the addresses together have at most 8000 characters, found 8025.' })
  t.match(refusal(() => rules.merge(full, { tos_uri: 'https://agent.example.com' })), { code: 'invalid_client_metadata' }, 'a change can\'t go beyond it')
  t.equal(rules.merge(full, { redirect_uris: ['http://localhost/'], tos_uri: 'https://agent.example.com' }).redirectUris.length, 1, 'but below')
})

await t.test('changes that are refused', async t => {
  for (const body of [{}, { client_id: 'x' }, { owner: 'bob' }, { token_endpoint_auth_method: 'none' }, null, []]) t.match(refusal(() => rules.merge(read, body)), { code: 'invalid_client_metadata', message: /^body: / }, visible(body))
  for (const [body, member] of [
    [{ client_name: null }, 'client_name'], [{ scope: null }, 'scope'], [{ scope: 'manage:clients' }, 'scope'], [{ redirect_uris: [] }, 'redirect_uris'], [{ redirect_uris: null }, 'redirect_uris'],
    [{ client_name: 'x y', token_endpoint_auth_method: 'none' }, 'token_endpoint_auth_method'], [{ client_name: 'x y', token_endpoint_auth_method: 'client_secret_post' }, 'token_endpoint_auth_method'], [{ client_name: 'x y', grant_types: ['implicit'] }, 'grant_types']
  ] as const) t.match(refusal(() => rules.merge(read, body)), { message: new RegExp(`^${member}: `) }, visible(body))
})
