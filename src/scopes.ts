/**
 * The scope catalogue: the permissions of the API resource in Logto, written down once.
 * Enforcement, OpenAPI, manifest, metadata and the embedded authorization server read it.
 */
export interface ScopeDefinition {
  /** What a person reads on a consent screen and in the documents. */
  readonly description: string
  /** Whether a third-party app may ask for it. `false`: first-party apps only. */
  readonly thirdParty: boolean
}

export const scopeCatalogue = {
  'read:weather': { description: 'Read weather forecasts and observations', thirdParty: true },
  'read:places': { description: 'See your saved places', thirdParty: true },
  'write:places': { description: 'Add, rename and delete your saved places', thirdParty: true },
  'manage:agents': { description: 'See and revoke the agents that act for you', thirdParty: false },
  'manage:clients': { description: 'Register and manage your own agents', thirdParty: false }
} as const satisfies Record<string, ScopeDefinition>

export type Scope = keyof typeof scopeCatalogue

export const allScopes = Object.keys(scopeCatalogue) as Scope[]

/** The scopes that stand in `scopes_supported`, in the manifest and on the documentation page. */
export const thirdPartyScopes = allScopes.filter(name => scopeCatalogue[name].thirdParty)

export function isScope (name: string): name is Scope {
  return Object.hasOwn(scopeCatalogue, name)
}
