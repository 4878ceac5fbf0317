import { allScopes, scopeCatalogue, thirdPartyScopes, type Scope } from '../scopes.js'

/** What a tenant should hold for this service: the code's side of `scopegate logto plan`. */
export interface DesiredTenant {
  /** One, or two where `/mcp` has an audience of its own; the first is the API's. */
  resources: DesiredResource[]
  roles: DesiredRole[]
  applications: DesiredApplication[]
  /** What agents that name themselves by a client ID metadata document may ask for. */
  cimd: ConsentScopes
}

export interface DesiredResource {
  /** RFC 8707 resource indicator; Logto never changes one. */
  indicator: string
  name: string
  /** Seconds; of a new one, and of one that is outside of `tokenLifetime`. */
  accessTokenTtl: number
  scopes: Array<{ name: Scope, description: string }>
  /** Whether it has to be the tenant's default; `undefined`: whatever it is. */
  isDefault: true | undefined
}

export interface DesiredRole {
  name: string
  description: string
  scopes: readonly Scope[]
  /** Whether new users get it. */
  isDefault: boolean
}

/** The user's own data in Logto's words. */
export type UserScope = 'profile' | 'email'

export interface ConsentScopes {
  scopes: readonly Scope[]
  userScopes: readonly UserScope[]
}

export interface DesiredApplication {
  /** Stands in the application's custom data as `scopegate`: how ours is found again, whatever it is called. */
  key: 'official-app' | 'chatgpt-plugin' | 'docs'
  /** Indicator of the API's resource; stands there, too: which deployment's it is, where a tenant serves several. */
  resource: string
  name: string
  description: string
  type: 'Traditional' | 'SPA'
  /** Third-party: the user is asked, and only for what `consent` holds. */
  isThirdParty: boolean
  redirectUris: string[]
  postLogoutRedirectUris: string[]
  corsAllowedOrigins: string[]
  alwaysIssueRefreshToken: boolean
  consent: ConsentScopes | undefined
}

export interface DesiredOptions {
  publicUrl: string
  apiResource: string
  mcpResource: string
  /** ChatGPT's id of the plugin; `undefined`: there is none, and no app for it. */
  chatgptPluginId: string | undefined
}

/** Seconds that an access token may live; what an operator has set between them is theirs. */
export const tokenLifetime = { shortest: 300, longest: 3600 }
/** The most that a third-party app of this service can be allowed. */
const consentCeiling: ConsentScopes = { scopes: thirdPartyScopes, userScopes: ['profile', 'email'] }

/** Worked out from the scope catalogue and the configuration; asks nobody. */
export function desiredTenant (options: DesiredOptions): DesiredTenant {
  return {
    resources: resources(options),
    roles: [
      { name: 'Weather user', description: 'May use the weather service, and let agents use it', scopes: thirdPartyScopes, isDefault: true },
      { name: 'Agent owner', description: 'May see, revoke and register agents', scopes: allScopes.filter(name => !scopeCatalogue[name].thirdParty), isDefault: true }
    ],
    applications: applications(options),
    cimd: consentCeiling
  }
}

function resources ({ apiResource, mcpResource, chatgptPluginId }: DesiredOptions): DesiredResource[] {
  const scopes = allScopes.map(name => ({ name, description: scopeCatalogue[name].description }))
  const api: DesiredResource = {
    indicator: apiResource,
    name: 'Weather API',
    accessTokenTtl: tokenLifetime.longest,
    scopes,
    // ChatGPT's plugins can't send `resource`.
    isDefault: chatgptPluginId === undefined ? undefined : true
  }
  return mcpResource === apiResource ? [api] : [api, { ...api, indicator: mcpResource, name: 'Weather API by MCP', isDefault: undefined }]
}

function applications ({ publicUrl, apiResource, chatgptPluginId }: DesiredOptions): DesiredApplication[] {
  const docs: DesiredApplication = {
    key: 'docs',
    resource: apiResource,
    name: 'API documentation page',
    description: 'Signs people in at /docs',
    type: 'SPA',
    isThirdParty: true,
    redirectUris: [`${publicUrl}/docs/static/oauth2-redirect.html`],
    postLogoutRedirectUris: [],
    corsAllowedOrigins: [publicUrl],
    alwaysIssueRefreshToken: false,
    consent: consentCeiling
  }
  const official: DesiredApplication = {
    key: 'official-app',
    resource: apiResource,
    name: 'Official Weather App',
    description: 'The service\'s own app; nobody is asked for consent',
    type: 'Traditional',
    isThirdParty: false,
    redirectUris: [`${publicUrl}/app/callback`],
    postLogoutRedirectUris: [`${publicUrl}/`],
    corsAllowedOrigins: [],
    alwaysIssueRefreshToken: true,
    consent: undefined
  }
  return chatgptPluginId === undefined ? [official, docs] : [official, docs, chatgptPlugin(chatgptPluginId, apiResource)]
}

function chatgptPlugin (id: string, resource: string): DesiredApplication {
  return {
    key: 'chatgpt-plugin',
    resource,
    name: 'ChatGPT plugin',
    description: 'ChatGPT, for people who use the plugin',
    type: 'Traditional',
    isThirdParty: true,
    redirectUris: [`https://chat.openai.com/aip/${id}/oauth/callback`],
    postLogoutRedirectUris: [],
    corsAllowedOrigins: [],
    alwaysIssueRefreshToken: true,
    consent: consentCeiling
  }
}
