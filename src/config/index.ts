import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { envSchema } from 'env-schema'
import { StartError } from '../errors.js'
import { thirdPartyScopes } from '../scopes.js'
import { parseHosts, parseThirdPartyScopes } from './lists.js'
import { environmentSchema, type Environment, type VariableName } from './schema.js'
import { isLoopback, isResourceIndicator, parseOrigin } from './urls.js'

/** A wrong environment value. The message is one line: variable, what was expected, what was found. */
export class ConfigError extends StartError {
  override name = 'ConfigError'

  constructor (readonly variable: VariableName, expected: string, found: string | undefined) {
    super(`${variable}: expected ${expected}, found ${describe(variable, found)}`)
  }
}

export type Config = ReturnType<typeof loadConfig>

/**
 * Reads and checks the configuration. The only place that looks at the environment.
 *
 * Checks form and consistency; does not check that hosts exist or answer.
 * @throws ConfigError for the first wrong value
 */
export function loadConfig (env: NodeJS.ProcessEnv, options: { dotenv?: boolean } = {}) {
  const raw = readEnvironment(env, options.dotenv ?? false)
  const publicUrl = origin(raw, 'PUBLIC_URL', `http://localhost:${raw.PORT}`)
  const logto = logtoAddresses(raw)
  const apiResource = resource(raw, 'API_RESOURCE', `${publicUrl}/`)
  if (raw.DATABASE_URL !== undefined && !URL.canParse(raw.DATABASE_URL)) throw new ConfigError('DATABASE_URL', expected('DATABASE_URL'), raw.DATABASE_URL)
  return {
    host: raw.HOST,
    port: raw.PORT,
    authorizationServerPort: raw.AS_PORT,
    publicUrl,
    apiResource,
    mcpResource: resource(raw, 'MCP_RESOURCE', apiResource),
    mcpChallenge: raw.MCP_CHALLENGE,
    logto,
    management: managementCredentials(raw, logto),
    chatgptPluginId: raw.CHATGPT_PLUGIN_ID ?? (logto.embedded ? 'plugin-scopegate' : undefined),
    registrationToken: raw.REGISTRATION_TOKEN,
    frontDoor: raw.OAUTH_FRONT_DOOR === 'on' ? { authorizationEndpoint: `${publicUrl}/oauth/authorize`, tokenEndpoint: `${publicUrl}/oauth/token` } : undefined,
    cimd: cimdPolicy(raw),
    organizationTokens: raw.ORGANIZATION_TOKENS === 'on',
    docsClientId: raw.DOCS_CLIENT_ID ?? (logto.embedded ? 'docs' : undefined),
    dataDir: raw.DATA_DIR,
    databaseUrl: raw.DATABASE_URL,
    weatherSource: raw.WEATHER_SOURCE,
    contactEmail: raw.CONTACT_EMAIL ?? `support@${new URL(publicUrl).hostname}`,
    openaiVerificationToken: raw.OPENAI_VERIFICATION_TOKEN,
    logLevel: raw.LOG_LEVEL,
    botPort: raw.BOT_PORT
  }
}

function readEnvironment (env: NodeJS.ProcessEnv, dotenv: boolean): Environment {
  // `NAME=` in a shell or a compose file means "not set" to the people who write it.
  const given = Object.fromEntries(Object.entries({ ...(dotenv ? dotenvFile() : {}), ...env }).filter(([, value]) => value !== ''))
  try {
    return envSchema<Environment>({ schema: environmentSchema, data: given, env: false })
  } catch (error) {
    const failure = (error as { errors?: Array<{ instancePath: string }> }).errors?.[0]
    const name = failure?.instancePath.slice(1) as VariableName | undefined
    if (!name || !(name in environmentSchema.properties)) throw error
    throw new ConfigError(name, environmentSchema.properties[name].title ?? 'another value', given[name])
  }
}

/** `.env` in the folder the process was started from, if there is one. */
function dotenvFile (): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}

/** What clients may do that name themselves by a client ID metadata document. */
function cimdPolicy (raw: Environment) {
  const { CIMD_SCOPES: ceiling, CIMD_BLOCKED_HOSTS: blocked } = raw
  const scopes = ceiling === undefined ? thirdPartyScopes : parseThirdPartyScopes(ceiling)
  if (scopes === undefined) throw new ConfigError('CIMD_SCOPES', expected('CIMD_SCOPES'), ceiling)
  const blockedHosts = blocked === undefined ? [] : parseHosts(blocked)
  if (blockedHosts === undefined) throw new ConfigError('CIMD_BLOCKED_HOSTS', expected('CIMD_BLOCKED_HOSTS'), blocked)
  return { scopes, blockedHosts }
}

function origin (raw: Environment, name: 'PUBLIC_URL' | 'LOGTO_ENDPOINT', fallback: string): string {
  const text = raw[name] ?? fallback
  const url = parseOrigin(text)
  if (!url) throw new ConfigError(name, expected(name), text)
  if (name === 'LOGTO_ENDPOINT' && url.protocol === 'http:' && !isLoopback(url)) throw new ConfigError(name, expected(name), text)
  return url.origin
}

function resource (raw: Environment, name: 'API_RESOURCE' | 'MCP_RESOURCE' | 'LOGTO_MANAGEMENT_RESOURCE', fallback: string): string {
  const text = raw[name] ?? fallback
  if (!isResourceIndicator(text)) throw new ConfigError(name, expected(name), text)
  return text
}

/** Logto's addresses (fixed paths below its endpoint), or those of the embedded server, which has the same. */
function logtoAddresses (raw: Environment) {
  const embedded = raw.LOGTO_ENDPOINT === undefined
  if (embedded && raw.NODE_ENV === 'production') {
    throw new ConfigError('LOGTO_ENDPOINT', `${expected('LOGTO_ENDPOINT')}, because NODE_ENV is production and the embedded authorization server is for development only`, undefined)
  }
  if (embedded && raw.AS_PORT === raw.PORT) throw new ConfigError('AS_PORT', 'a port other than PORT', String(raw.AS_PORT))
  const endpoint = origin(raw, 'LOGTO_ENDPOINT', `http://localhost:${raw.AS_PORT}`)
  return {
    embedded,
    endpoint,
    issuer: `${endpoint}/oidc`,
    authorizationEndpoint: `${endpoint}/oidc/auth`,
    tokenEndpoint: `${endpoint}/oidc/token`,
    jwksPath: '/oidc/jwks'
  }
}

/** Where Logto Cloud's tenants are; their Management API has the tenant's own address as its indicator. */
const CLOUD = /\.logto\.app$/

/** The Management API's address and who we are there; undefined without credentials. */
function managementCredentials (raw: Environment, { embedded, endpoint }: { embedded: boolean, endpoint: string }) {
  const managementResource = resource(raw, 'LOGTO_MANAGEMENT_RESOURCE', CLOUD.test(new URL(endpoint).hostname) ? `${endpoint}/api` : 'https://default.logto.app/api')
  const appId = raw.LOGTO_M2M_APP_ID ?? (embedded ? 'scopegate-management' : undefined)
  const appSecret = raw.LOGTO_M2M_APP_SECRET ?? (embedded ? 'scopegate-management-development-secret' : undefined)
  if (appId === undefined && appSecret === undefined) return undefined
  if (appId === undefined) throw new ConfigError('LOGTO_M2M_APP_ID', `${expected('LOGTO_M2M_APP_ID')}, because LOGTO_M2M_APP_SECRET is set`, undefined)
  if (appSecret === undefined) throw new ConfigError('LOGTO_M2M_APP_SECRET', `${expected('LOGTO_M2M_APP_SECRET')}, because LOGTO_M2M_APP_ID is set`, undefined)
  return { endpoint, appId, appSecret, resource: managementResource }
}

function expected (name: VariableName): string {
  return environmentSchema.properties[name].title ?? 'another value'
}

function describe (name: VariableName, found: string | undefined): string {
  if (found === undefined) return 'nothing'
  return environmentSchema.properties[name].writeOnly ? 'a value that is kept out of the log' : JSON.stringify(found.replace(/\/\/[^/]*@/, '//…@'))
}
