import { Type, type Static } from '@sinclair/typebox'
import { EMAIL_PATTERN } from '../email.js'
import { thirdPartyScopes } from '../scopes.js'

/**
 * Every environment variable, once: type, default, meaning (`description`) and what a
 * correct value looks like (`title`, used in the message when a value is wrong).
 * `.env.example` and the table in docs/configuration.md are generated from it.
 */
const port = (number: number, description: string) =>
  Type.Integer({ default: number, minimum: 1, maximum: 65535, title: 'a port number from 1 to 65535', description })

/** `writeOnly` marks a secret: its value is never repeated in a message. */
const optionalText = (title: string, description: string, more: { pattern?: string, writeOnly?: true } = {}) =>
  Type.Optional(Type.String({ minLength: 1, title, description, ...more }))

const onOff = (description: string) =>
  Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'off', title: '"on" or "off"', description })

const oneOf = <const T extends string> (values: T[], preset: NoInfer<T>, description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: values, default: preset, title: values.map(v => `"${v}"`).join(', '), description })

export const environmentSchema = Type.Object({
  HOST: Type.String({ default: '127.0.0.1', minLength: 1, title: 'a host name or address', description: 'Address the service listens on.' }),
  PORT: port(3000, 'Port the service listens on.'),
  PUBLIC_URL: optionalText('an http(s) origin such as https://api.example.com', 'Base URL in every document, challenge and link; a trailing slash is dropped. Default: `http://localhost:<PORT>`.'),
  LOGTO_ENDPOINT: optionalText('an https origin such as https://tenant.logto.app (http on loopback only)', 'Logto endpoint; the issuer is `<endpoint>/oidc`. Unset: the embedded authorization server starts (development only).'),
  AS_PORT: port(3001, 'Port of the embedded authorization server.'),
  API_RESOURCE: optionalText('an absolute URI without a fragment', 'API resource indicator = accepted audience, compared exactly. Default: `PUBLIC_URL` + `/`. Strict clients (RFC 9728), WeatherBot among them, refuse one of another origin than `PUBLIC_URL`.'),
  MCP_RESOURCE: optionalText('an absolute URI without a fragment', 'A second audience for `/mcp` alone. Default: `API_RESOURCE`. Strict clients refuse one of another origin than `PUBLIC_URL`.'),
  MCP_CHALLENGE: oneOf(['http', 'result'], 'http', 'How `/mcp` answers a tool call whose permission is missing: `http` with status 403 (the MCP specification), `result` with a tool result that carries the challenge (ChatGPT).'),
  LOGTO_M2M_APP_ID: optionalText('a client id', 'Machine-to-machine app with the role "Logto Management API access": for `scopegate logto …` and for the registration of agents. Embedded default: the seeded one.'),
  LOGTO_M2M_APP_SECRET: optionalText('a client secret', 'Its secret. Stays on the server.', { writeOnly: true }),
  LOGTO_MANAGEMENT_RESOURCE: optionalText('an absolute URI without a fragment', 'Resource of the Management API. Default: `<endpoint>/api` under `logto.app`, else `https://default.logto.app/api`.'),
  CHATGPT_PLUGIN_ID: optionalText('letters, digits, "-" and "_"', 'Id that ChatGPT gave the plugin, such as `plugin-1a2b…`: `scopegate logto apply` sets up its app, and the API resource as the tenant\'s default. Embedded default: `plugin-scopegate`.', { pattern: '^[A-Za-z0-9_-]+$' }),
  REGISTRATION_TOKEN: optionalText('at least 20 letters, digits and . _ ~ + / -', 'Initial access token (RFC 7591) of `POST /oauth/register`, where agents register without a person. Unset: there is no such address.', { pattern: '^[A-Za-z0-9._~+/-]{20,}=*$', writeOnly: true }),
  DOCS_CLIENT_ID: optionalText('a client id', 'Public (PKCE) client that `/docs` signs in with. Embedded default: the seeded one.'),
  DATA_DIR: Type.String({ default: '.data', minLength: 1, title: 'a folder', description: 'What the embedded database and authorization server keep. One process at a time holds it.' }),
  DATABASE_URL: optionalText('a postgres:// or postgresql:// URL', 'PostgreSQL. Unset: embedded PGlite in `DATA_DIR`.', { pattern: '^postgres(ql)?://.', writeOnly: true }),
  WEATHER_SOURCE: oneOf(['auto', 'open-meteo', 'observations'], 'auto', 'Where forecasts come from. `auto`: Open-Meteo, and the shipped observations when it cannot be reached; every answer names its source.'),
  CONTACT_EMAIL: Type.Optional(Type.String({ pattern: EMAIL_PATTERN, title: 'an e-mail address', description: 'Contact in manifest and documents. Default: `support@<host of PUBLIC_URL>`.' })),
  OPENAI_VERIFICATION_TOKEN: optionalText('a token without white space', 'Shown in the plugin manifest (`verification_tokens.openai`).', { pattern: '^\\S+$' }),
  OAUTH_FRONT_DOOR: onOff('Whether `/oauth/authorize` and `/oauth/token` lead to Logto, for clients that can\'t send `resource` or want OAuth on the API\'s domain (docs/oauth-front-door.md).'),
  CIMD_SCOPES: optionalText(`"none", or one or more of ${thirdPartyScopes.join(', ')}, with spaces or commas between`, 'The most that a client gets here whose `client_id` is the address of its metadata document (CIMD), whatever its token says. Default: all that third parties may ask for.'),
  CIMD_BLOCKED_HOSTS: optionalText('host names or IP addresses with commas or spaces between, without port, path or wildcard', 'Hosts of such client ids that are not let in; a host blocks all below it, too.'),
  ORGANIZATION_TOKENS: onOff('Whether routes may ask for Logto organization tokens (audience `urn:logto:organization:<id>`); no other route takes one.'),
  REDIS_URL: optionalText('a redis:// or rediss:// URL', 'Shared counters (accepted; used by later features).', { pattern: '^rediss?://.', writeOnly: true }),
  RATE_LIMIT_MAX: Type.Integer({ default: 600, minimum: 0, title: 'a whole number, 0 or more', description: 'Requests a minute for one client acting for one user, `0` = no limits (accepted; used by later features).' }),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info', 'pino log level.'),
  NODE_ENV: Type.Optional(Type.String({ title: 'a word', description: '`production` refuses the embedded authorization server.' })),
  BOT_PORT: port(4000, 'Port of the WeatherBot example (`npm run weatherbot`).')
})

export type Environment = Static<typeof environmentSchema>
export type VariableName = keyof Environment
