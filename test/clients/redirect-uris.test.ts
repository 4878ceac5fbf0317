import fc from 'fast-check'
import t from 'tap'
import { MetadataError } from '../../src/clients/metadata-error.js'
import { readRedirectUris } from '../../src/clients/redirect-uris.js'
import { visible } from '../kit/visible.js'

// Where authorization codes may be sent: exact https addresses, or http on loopback, spelt in one way only.

const own = 'https://api.example.test'

const isRefused = (value: unknown): boolean => {
  try {
    readRedirectUris(value, own)
    return false
  } catch (error) {
    if (!(error instanceof MetadataError) || error.code !== 'invalid_redirect_uri' || !/^redirect_uris: [\x20-\x7e]+$/.test(error.message)) throw error
    return true
  }
}

await t.test('addresses that are taken, as they are', async t => {
  for (const uri of [
    'https://agent.example.com', 'https://agent.example.com/', 'https://agent.example.com/cb', 'https://agent.example.com:8443/cb?tenant=1', 'https://xn--bcher-kva.example/cb',
    'http://localhost/cb', 'http://localhost:4000/callback', 'http://127.0.0.1/', 'http://127.0.0.1:53211/cb', 'http://[::1]:8080/cb', 'https://agent.example.com/a%20b', `https://a.example/${'x'.repeat(1982)}`
  ]) t.strictSame(readRedirectUris([uri], own), [uri], uri.slice(0, 60))
  const ten = Array.from({ length: 10 }, (_, index) => `https://agent.example.com/${index}`)
  t.strictSame(readRedirectUris(ten, own), ten, 'ten, in their order')
})

await t.test('addresses that are refused', async t => {
  const addresses: Array<[string, unknown]> = [
    ['not text', null], ['not text', 7], ['not text', ['https://a.example/']], ['empty', ''],
    ['plain http', 'http://agent.example.com/cb'], ['plain http', 'http://127.0.0.2/cb'], ['plain http', 'http://localhost.example.com/'], ['plain http', 'http://0.0.0.0/'], ['plain http', 'http://[::]/'], ['plain http', 'http://localhost./cb'], ['plain http', 'http://2130706433/'],
    ['other schemes', 'com.example.app:/cb'], ['other schemes', 'myapp://cb'], ['other schemes', 'javascript:alert(1)'], ['other schemes', 'data:text/html,x'], ['other schemes', 'file:///etc/passwd'], ['other schemes', 'ftp://agent.example.com/'], ['other schemes', 'urn:ietf:wg:oauth:2.0:oob'], ['other schemes', 'blob:https://a.example/x'], ['other schemes', 'ws://localhost/'],
    ['relative', '/callback'], ['relative', '//agent.example.com/cb'], ['relative', 'agent.example.com/cb'],
    ['wildcard', 'https://*.example.com/cb'], ['wildcard', 'https://agent.example.com/*'],
    ['fragment', 'https://agent.example.com/cb#x'], ['fragment', 'https://agent.example.com/cb#'],
    ['userinfo', 'https://user@agent.example.com/'], ['userinfo', 'https://user:pass@agent.example.com/'], ['userinfo', 'https://agent.example.com@evil.example/'], ['userinfo', 'https://@agent.example.com/'],
    ['white space', ' https://agent.example.com/'], ['white space', 'https://agent.example.com/a b'], ['white space', 'https://agent.example.com/\n'], ['control', 'https://agent.example.com/\u0000'], ['control', 'https://agent\t.example.com/'], ['non-ASCII', 'https://bücher.example/'], ['non-ASCII', 'https://agent.example.com/é'], ['non-ASCII', 'https://аgent.example.com/'], ['lone surrogate', 'https://agent.example.com/\ud800'],
    ['spelling', 'HTTPS://agent.example.com/'], ['spelling', 'https://Agent.example.com/'], ['spelling', 'https://agent.example.com:443/'], ['spelling', 'https://agent.example.com/a/../b'], ['spelling', 'https://agent.example.com/%2e%2e/b'], ['spelling', 'https:agent.example.com/'], ['spelling', 'https:/agent.example.com/'], ['spelling', 'https://agent.example.com\\@evil.example/'], ['spelling', 'https:\\\\agent.example.com/'], ['spelling', 'https://agent.example.com?x=1'], ['spelling', 'https://0x7f.1/'], ['spelling', 'https://127.1/'], ['spelling', 'http://127.1/'], ['spelling', 'https://agent%2eexample.com/'], ['spelling', 'https://[0:0:0:0:0:0:0:1]/'],
    ['no full host', 'https://localhost/'], ['no full host', 'https://intranet/'], ['no full host', 'https://com./'], ['no full host', 'https://.example/'], ['no host', 'https://'], ['no host', 'https:///cb'],
    ['IP address', 'https://192.0.2.7/cb'], ['IP address', 'https://[2001:db8::1]/cb'], ['IP address', 'https://127.0.0.1/cb'], ['IP address', 'https://[::1]/'], ['IP address', 'https://169.254.169.254/'], ['IP address', 'https://0.0.0.0/'],
    ['our own', `${own}/app/callback`], ['our own', `${own}/docs/static/oauth2-redirect.html`], ['our own', own],
    ['too long', `https://a.example/${'x'.repeat(1983)}`]
  ]
  for (const [why, uri] of addresses) t.ok(isRefused([uri]), `${why}: ${visible(uri).slice(0, 80)}`)
})

await t.test('lists that are refused', async t => {
  const uri = 'https://agent.example.com/cb'
  for (const [why, list] of [
    ['none', undefined], ['none', null], ['text', uri], ['empty', []], ['an object', { 0: uri, length: 1 }],
    ['eleven', Array.from({ length: 11 }, (_, index) => `${uri}${index}`)], ['twice the same', [uri, uri]], ['twice the same place', ['https://agent.example.com', 'https://agent.example.com/']], ['one of them bad', [uri, 'http://agent.example.com/']]
  ] as const) t.ok(isRefused(list), why)
})

await t.test('whatever is taken is one address for every reader', async t => {
  const host = fc.constantFrom('agent.example.com', 'localhost', '127.0.0.1', '[::1]', '*.example.com', 'a@b.example', 'A.example', 'intranet', '127.1')
  const anyUrl = fc.tuple(fc.constantFrom('https://', 'http://', 'HTTPS://', 'https:', 'app://', ''), host, fc.constantFrom('', ':443', ':80', ':8080', ':'), fc.string({ unit: fc.constantFrom(...'/ab.%2e?#*\\@ \t&='), maxLength: 12 })).map(parts => parts.join(''))
  t.doesNotThrow(() => fc.assert(fc.property(fc.oneof(anyUrl, fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()), text => {
    if (isRefused([text])) return true
    const url = new URL(text)
    const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
    return (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback)) && (url.href === text || url.href === `${text}/`) &&
      url.username === '' && url.hash === '' && !/[*#\s]/.test(text)
  }), { numRuns: 5000 }))
})
