import type { DesiredApplication } from '../logto/desired.js'
import { allScopes, thirdPartyScopes } from '../scopes.js'
import type { Scope } from '../scopes.js'

/** What the seeded data are made for: addresses that only configuration knows. */
export interface SeedAddresses {
  /** The service's base URL. */
  readonly publicUrl: string
  /** Where WeatherBot runs. */
  readonly botUrl: string
}

export interface SeedUser {
  /** The `sub` of the user's tokens. */
  readonly id: string
  readonly username: string
  readonly password: string
  readonly name: string
  readonly email: string
  /** Names in `seed.roles`. */
  readonly roles: readonly string[]
}

export interface SeedClient {
  readonly id: string
  /** It is one of those that `scopegate logto apply` sets up. */
  readonly key?: DesiredApplication['key']
  /** What the consent page calls it. */
  readonly name: string
  /** Absent: a public client, which must use PKCE. */
  readonly secret?: string
  /** Third-party apps show a consent page and are held to `apiScopes` and `userScopes`. */
  readonly thirdParty: boolean
  /** API permissions the app may ask for. */
  readonly apiScopes: readonly Scope[]
  /** User data a third-party app may ask for; asking for more is `invalid_scope`. */
  readonly userScopes: readonly ('profile' | 'email')[]
  /** A refresh token also without `offline_access`, as Logto's setting of that name. */
  readonly alwaysIssueRefreshToken?: boolean
  /** Machine-to-machine: client credentials only, with the permissions of these roles. */
  readonly machineRoles?: readonly string[]
  redirectUris (addresses: SeedAddresses): string[]
}

const roles: Readonly<Record<string, readonly Scope[]>> = {
  'Weather user': thirdPartyScopes,
  'Agent owner': allScopes.filter(scope => !thirdPartyScopes.includes(scope)),
  'Weather machine': ['read:weather']
}

const users = {
  alice: {
    id: 'user-alice',
    username: 'alice',
    password: 'alice-likes-rain',
    name: 'Alice',
    email: 'alice@example.test',
    roles: ['Weather user', 'Agent owner']
  },
  bob: {
    id: 'user-bob',
    username: 'bob',
    password: 'bob-likes-sun',
    name: 'Bob',
    email: 'bob@example.test',
    roles: []
  }
} as const satisfies Record<string, SeedUser>

const clients = {
  officialWeatherApp: {
    id: 'official-weather-app',
    key: 'official-app',
    name: 'Official Weather App',
    secret: 'official-weather-app-development-secret',
    thirdParty: false,
    apiScopes: allScopes,
    userScopes: ['profile', 'email'],
    alwaysIssueRefreshToken: true,
    redirectUris: ({ publicUrl }: SeedAddresses) =>
      [`${publicUrl}/app/callback`, 'http://localhost:4100/callback']
  },
  weatherbot: {
    id: 'weatherbot',
    name: 'WeatherBot',
    secret: 'weatherbot-development-secret',
    thirdParty: true,
    apiScopes: thirdPartyScopes,
    userScopes: ['profile', 'email'],
    redirectUris: ({ botUrl }: SeedAddresses) => [`${botUrl}/callback`]
  },
  chatgptPlugin: {
    id: 'chatgpt-plugin',
    key: 'chatgpt-plugin',
    name: 'ChatGPT plugin',
    secret: 'chatgpt-plugin-development-secret',
    thirdParty: true,
    apiScopes: thirdPartyScopes,
    userScopes: ['profile', 'email'],
    alwaysIssueRefreshToken: true,
    redirectUris: () => ['https://chat.openai.com/aip/plugin-scopegate/oauth/callback']
  },
  docs: {
    id: 'docs',
    key: 'docs',
    name: 'API documentation page',
    thirdParty: true,
    apiScopes: thirdPartyScopes,
    userScopes: ['profile', 'email'],
    redirectUris: ({ publicUrl }: SeedAddresses) => [`${publicUrl}/docs/static/oauth2-redirect.html`]
  },
  weatherRobot: {
    id: 'weather-robot',
    name: 'Weather robot',
    secret: 'weather-robot-development-secret',
    thirdParty: false,
    apiScopes: allScopes,
    userScopes: [],
    machineRoles: ['Weather machine'],
    redirectUris: () => []
  }
} as const satisfies Record<string, SeedClient>

/** May use the Management API: for `scopegate logto …` and for the registration of agents. */
const management = { id: 'scopegate-management', name: 'Scopegate', secret: 'scopegate-management-development-secret' } as const

/**
 * The users and clients of the embedded authorization server. The credentials are fixed, printed and
 * documented on purpose: the server listens on loopback only and refuses production.
 */
export const seed = { roles, users, clients, management }
