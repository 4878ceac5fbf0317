import t from 'tap'
import { ConfigError, loadConfig } from '../src/config/index.js'
import { environmentSchema } from '../src/config/schema.js'
import { seed } from '../src/dev/index.js'

// The environment: what is taken, what it means when it is left out, and the one line that a wrong
// value gets.

const messageFor = (env: Record<string, string>): string => {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

await t.test('defaults', async t => {
  t.strictSame(loadConfig({}), {
    host: '127.0.0.1',
    port: 3000,
    authorizationServerPort: 3001,
    publicUrl: 'http://localhost:3000',
    apiResource: 'http://localhost:3000/',
    mcpResource: 'http://localhost:3000/',
    mcpChallenge: 'http',
    logto: {
      embedded: true,
      endpoint: 'http://localhost:3001',
      issuer: 'http://localhost:3001/oidc',
      authorizationEndpoint: 'http://localhost:3001/oidc/auth',
      tokenEndpoint: 'http://localhost:3001/oidc/token',
      jwksPath: '/oidc/jwks'
    },
    management: {
      endpoint: 'http://localhost:3001',
      appId: seed.management.id,
      appSecret: seed.management.secret,
      resource: 'https://default.logto.app/api'
    },
    chatgptPluginId: 'plugin-scopegate',
    registrationToken: undefined,
    frontDoor: undefined,
    cimd: { scopes: ['read:weather', 'read:places', 'write:places'], blockedHosts: [] },
    organizationTokens: false,
    docsClientId: 'docs',
    dataDir: '.data',
    databaseUrl: undefined,
    weatherSource: 'auto',
    contactEmail: 'support@localhost',
    openaiVerificationToken: undefined,
    logLevel: 'info',
    botPort: 4000
  })
})

await t.test('one value follows from another', async t => {
  t.match(loadConfig({ PORT: '8080' }), { port: 8080, publicUrl: 'http://localhost:8080', apiResource: 'http://localhost:8080/', mcpResource: 'http://localhost:8080/' })
  t.match(loadConfig({ AS_PORT: '9001' }).logto, { endpoint: 'http://localhost:9001', embedded: true })
  t.match(loadConfig({ PUBLIC_URL: 'https://api.example.com' }), { apiResource: 'https://api.example.com/', contactEmail: 'support@api.example.com' })
  t.match(loadConfig({ PUBLIC_URL: 'https://api.example.com', API_RESOURCE: 'https://other.example' }), { apiResource: 'https://other.example', mcpResource: 'https://other.example', publicUrl: 'https://api.example.com' })
  t.match(loadConfig({ MCP_RESOURCE: 'https://a.example/mcp' }), { apiResource: 'http://localhost:3000/', mcpResource: 'https://a.example/mcp' })
  t.equal(loadConfig({ ORGANIZATION_TOKENS: 'on' }).organizationTokens, true)
  const logto = loadConfig({ LOGTO_ENDPOINT: 'https://tenant.logto.app' })
  t.match(logto.logto, { embedded: false, issuer: 'https://tenant.logto.app/oidc', tokenEndpoint: 'https://tenant.logto.app/oidc/token' })
  t.equal(logto.docsClientId, undefined, 'the seeded client exists at the embedded server only')
})

await t.test('the Management API: credentials come in pairs, and Cloud tenants have an indicator of their own', async t => {
  const own = { LOGTO_M2M_APP_ID: 'app', LOGTO_M2M_APP_SECRET: 'secret' }
  const cloud = 'https://tenant.logto.app'
  t.equal(loadConfig({ LOGTO_ENDPOINT: cloud }).management, undefined)
  t.strictSame(loadConfig({ LOGTO_ENDPOINT: cloud, ...own }).management, { endpoint: cloud, appId: 'app', appSecret: 'secret', resource: `${cloud}/api` })
  t.equal(loadConfig({ LOGTO_ENDPOINT: 'https://id.example.com', ...own }).management?.resource, 'https://default.logto.app/api')
  t.equal(loadConfig({ LOGTO_ENDPOINT: 'https://id.example.com', LOGTO_MANAGEMENT_RESOURCE: 'https://x.example/api', ...own }).management?.resource, 'https://x.example/api')
  t.match(messageFor({ LOGTO_ENDPOINT: cloud, LOGTO_M2M_APP_ID: 'app' }), /^LOGTO_M2M_APP_SECRET: expected a client secret, because LOGTO_M2M_APP_ID is set, found nothing$/)
  t.match(messageFor({ LOGTO_ENDPOINT: cloud, LOGTO_M2M_APP_SECRET: 'geheim' }), /^LOGTO_M2M_APP_ID: (?!.*geheim)/)
})

await t.test('a trailing slash is dropped from origins, and kept in resources', async t => {
  t.match(loadConfig({ PUBLIC_URL: 'https://api.example.com/', LOGTO_ENDPOINT: 'https://tenant.logto.app/' }), { publicUrl: 'https://api.example.com', logto: { endpoint: 'https://tenant.logto.app', issuer: 'https://tenant.logto.app/oidc' } })
  t.equal(loadConfig({ PUBLIC_URL: 'https://api.example.com:443' }).publicUrl, 'https://api.example.com', 'a default port is none')
  t.equal(loadConfig({ PUBLIC_URL: 'HTTPS://API.Example.com' }).publicUrl, 'https://api.example.com')
  t.equal(loadConfig({ API_RESOURCE: 'https://API.example.com/x/' }).apiResource, 'https://API.example.com/x/', 'compared exactly, so kept exactly')
  t.equal(loadConfig({ API_RESOURCE: 'urn:example:weather' }).apiResource, 'urn:example:weather')
})

await t.test('unknown variables are ignored, empty ones count as not set, and the environment is not changed', async t => {
  const env = { PATH: '/bin', FOO: 'bar', toString: 'x', PORT: '', PUBLIC_URL: '', LOGTO_ENDPOINT: '', WEATHER_SOURCE: '', CONTACT_EMAIL: '' }
  const copy = { ...env }
  t.strictSame(loadConfig(env), loadConfig({}))
  t.strictSame(env, copy)
})

await t.test('wrong values: one line with variable, expectation and finding', async t => {
  const wrong: Record<string, string[]> = {
    PORT: ['x', '0', '-1', '65536', '3000.5', '3000x', '1e9'],
    AS_PORT: ['x', '70000'],
    BOT_PORT: ['no'],
    PUBLIC_URL: ['x', 'api.example.com', 'ftp://x', 'https://x/path', 'https://x/?q', 'https://x/#f', 'https://user@x', 'https://u:p@x', 'https:x', 'https:\\\\x', 'https://', ' https://a b', '//x', 'https://x//', 'javascript:alert(1)'],
    LOGTO_ENDPOINT: ['tenant.logto.app', 'https://tenant.logto.app/oidc', 'http://tenant.logto.app', 'http://10.0.0.1', 'http://192.168.0.1:3001', 'http://127.0.0.1.example.com', 'http://localhost.example.com', 'http://0.0.0.0', 'ws://localhost'],
    API_RESOURCE: ['x', '/path', 'https://x/#fragment', 'https://x/ y', 'https://x/"', 'https://x/\\', 'https://x/\n'],
    MCP_RESOURCE: ['x', 'https://x/#f'],
    LOGTO_MANAGEMENT_RESOURCE: ['x'],
    WEATHER_SOURCE: ['openmeteo', 'AUTO', 'none', 'auto '],
    CONTACT_EMAIL: ['x', 'a b@c', '@c', 'a@', 'a@b@c'],
    OAUTH_FRONT_DOOR: ['yes', 'true', '1', 'ON'],
    CIMD_SCOPES: ['all', 'manage:agents', 'read:weather manage:clients', 'none read:weather', 'READ:WEATHER', 'openid', '__proto__', ' '],
    CIMD_BLOCKED_HOSTS: [',', 'https://evil.example', 'evil.example/x', 'evil.example:8443', '[::1]:443', '*.evil.example', '.evil.example', 'a..b', 'user@evil.example', 'evil.example?x', 'evil.example#x', 'ok.example, no/way', '1.2.3.4.5', '1.2.3.256', '[::g]', '::g', '[x]', '%65vil.example', 'ev\\il', '.', 'xn--\u00fc.example'],
    ORGANIZATION_TOKENS: ['true'],
    RATE_LIMIT_MAX: ['-1', 'x', '1.5'],
    LOG_LEVEL: ['loud', 'INFO']
  }
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = messageFor({ [name]: value })
      t.ok(message.startsWith(`${name}: expected `), `${name}=${JSON.stringify(value)}: ${JSON.stringify(message)}`)
      t.ok(message.endsWith(`, found ${JSON.stringify(value.replace(/\/\/.*@/, '//…@'))}`), 'what was found, a password in it left out')
      t.notMatch(message, /\n/, 'one line')
      t.ok(message.length > `${name}: expected , found ${JSON.stringify(value)}`.length + 3, 'what was expected')
    }
  }
  t.equal(messageFor({ PORT: '3001' }), 'AS_PORT: expected a port other than PORT, found "3001"')
  t.equal(messageFor({ PORT: 'x' }), 'PORT: expected a port number from 1 to 65535, found "x"')
})

await t.test('secrets are not repeated', async t => {
  for (const [name, value] of [['DATABASE_URL', 'mysql://user:hunter2@db/x'], ['DATABASE_URL', 'hunter2'], ['REDIS_URL', 'http://:hunter2@r']] as const) {
    const message = messageFor({ [name]: value })
    t.match(message, new RegExp(`^${name}: expected a .*, found a value that is kept out of the log$`))
    t.notMatch(message, /hunter2/)
  }
  t.equal(messageFor({ LOGTO_ENDPOINT: 'https://u:hunter2@t.logto.app' }).includes('hunter2'), false, 'nor a password in an address')
  t.match(messageFor({ DATABASE_URL: 'postgres://u:hunter2@[bad' }), /^DATABASE_URL: expected .*, found a value that is kept out of the log$/)
  const secrets = Object.entries(environmentSchema.properties).filter(([, property]) => property['writeOnly'] === true).map(([name]) => name)
  t.ok(secrets.includes('LOGTO_M2M_APP_SECRET'))
})

await t.test('production has no embedded authorization server', async t => {
  t.match(messageFor({ NODE_ENV: 'production' }), /^LOGTO_ENDPOINT: expected an https origin .*, because NODE_ENV is production .*, found nothing$/)
  t.match(messageFor({ NODE_ENV: 'production', LOGTO_ENDPOINT: '' }), /^LOGTO_ENDPOINT: .*found nothing$/)
  t.equal(loadConfig({ NODE_ENV: 'production', LOGTO_ENDPOINT: 'https://tenant.logto.app' }).logto.embedded, false)
  t.equal(loadConfig({ NODE_ENV: 'development' }).logto.embedded, true)
})

await t.test('plain http at Logto on loopback only', async t => {
  for (const endpoint of ['http://localhost:3001', 'http://127.0.0.1:3001', 'http://127.1.2.3', 'http://[::1]:3001']) t.equal(loadConfig({ LOGTO_ENDPOINT: endpoint }).logto.endpoint, endpoint)
})

await t.test('every variable says what it means and what it expects', async t => {
  for (const [name, property] of Object.entries(environmentSchema.properties)) {
    t.match(property.description, /.{10,}/, `${name}: meaning`)
    t.match(property.title, /.{3,}/, `${name}: expectation`)
  }
})

await t.test('clients that name themselves by a metadata document', async t => {
  const cimd = (env: Record<string, string>) => loadConfig(env).cimd
  t.strictSame(cimd({ CIMD_SCOPES: 'write:places  read:weather read:weather' }).scopes, ['read:weather', 'write:places'])
  t.strictSame(cimd({ CIMD_SCOPES: 'read:places, read:weather' }).scopes, ['read:weather', 'read:places'])
  t.strictSame(cimd({ CIMD_SCOPES: 'none' }).scopes, [])
  t.strictSame(cimd({ CIMD_BLOCKED_HOSTS: 'Evil.Example., bücher.example\n192.0.2.1 0x7f.1,[2001:DB8:0::1] ::ffff:198.51.100.7 evil.example localhost' }).blockedHosts,
    ['evil.example', 'xn--bcher-kva.example', '192.0.2.1', '127.0.0.1', '[2001:db8::1]', '198.51.100.7', 'localhost'], 'in one spelling, each once')
})

await t.test('the front door\'s addresses are below the public URL', async t => {
  t.strictSame(loadConfig({ OAUTH_FRONT_DOOR: 'on', PUBLIC_URL: 'https://api.example.com/' }).frontDoor, { authorizationEndpoint: 'https://api.example.com/oauth/authorize', tokenEndpoint: 'https://api.example.com/oauth/token' })
})
