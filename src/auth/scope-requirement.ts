/**
 * What a route asks of a token: one of several alternatives, each a set of scopes that must all be
 * there. No alternative set is empty unless the route takes any valid token.
 */
export interface ScopeRequirement {
  readonly alternatives: readonly (readonly string[])[]
  /** The route is about one organization: the token has to be for that one. */
  readonly organization: OrganizationRequirement | undefined
  /** Which resource the token has to be for: the API (`API_RESOURCE`), or `/mcp` where that has one of its own (`MCP_RESOURCE`). */
  readonly resource: 'api' | 'mcp'
  /** Whether answers say `Cache-Control: no-store`, unless the route says something else. */
  readonly noStore: boolean
}

export interface OrganizationRequirement {
  /** The path parameter that holds the organization's id. */
  readonly parameter: string
  /**
   * Which of Logto's tokens for an organization the route takes: one for the API resource with the
   * `organization_id` claim, or an organization token (audience `urn:logto:organization:<id>`).
   */
  readonly tokenType: 'organization_resource' | 'organization'
}

export interface RequirementOptions<S extends string> {
  /** One of these is enough. */
  anyOf?: readonly S[]
  /** Name of the path parameter with the organization's id; the token must be for that organization. */
  organization?: string
  /** Default: `organization_resource`. `organization` needs `ORGANIZATION_TOKENS=on`. */
  tokenType?: OrganizationRequirement['tokenType']
  /** Default: `api`. `mcp` is for `/mcp` itself; its tools are routes like any other. */
  resource?: ScopeRequirement['resource']
  /**
   * Default: `true`, answers say `Cache-Control: no-store` unless the route sets another. `false`: the guard says it of its
   * refusals only, and what is thrown says it, too; of all else the route says itself what caches may keep.
   *
   * Where answers differ by caller it has to: `Cache-Control: private, max-age=…` and `Vary: Authorization`, because a
   * browser's cache is one for all accounts that are used in it. Never `public`, `s-maxage` or `must-revalidate`, which let a shared
   * cache give the answer to anybody (RFC 9111 section 3.5). Silence is for what is the same for every caller: shared
   * caches that keep to the RFC store nothing then, a client's own may. What is kept outlives the token.
   */
  noStore?: boolean
}

export type ScopeArguments<S extends string> = readonly S[] | readonly [...S[], RequirementOptions<S>]

/**
 * `requireScopes(a, b)`: all of them; `requireScopes({ anyOf: [a, b] })`; no argument: any valid token.
 * Frozen: enforcement and documents must not part.
 */
export function scopeRequirement (args: ScopeArguments<string>): ScopeRequirement {
  const { scopes, options: { anyOf, organization, tokenType, resource = 'api', noStore = true } } = split(args)
  if (tokenType !== undefined && tokenType !== 'organization' && tokenType !== 'organization_resource') throw new TypeError('tokenType is "organization_resource" or "organization"')
  if (resource !== 'api' && resource !== 'mcp') throw new TypeError('resource is "api" or "mcp"')
  if (typeof noStore !== 'boolean') throw new TypeError('noStore is true or false')
  if (anyOf?.length === 0) throw new TypeError('anyOf needs at least one scope')
  if (anyOf && scopes.length > 0) throw new TypeError('name scopes that are all needed, or anyOf, not both')
  if (organization === undefined && tokenType !== undefined) throw new TypeError('tokenType needs organization, the path parameter with its id')
  return Object.freeze({
    alternatives: Object.freeze((anyOf?.map(scope => [scope]) ?? [[...scopes]]).map(names => Object.freeze(names))),
    organization: organization === undefined ? undefined : Object.freeze({ parameter: organization, tokenType: tokenType ?? 'organization_resource' }),
    resource,
    noStore
  })
}

const optionNames = ['anyOf', 'organization', 'tokenType', 'resource', 'noStore']

/** Names first, options last; anything else must not pass for "any valid token". @throws TypeError */
function split (args: readonly unknown[]): { scopes: readonly string[], options: RequirementOptions<string> } {
  const last = args.at(-1)
  const options = typeof last === 'object' && last !== null && !Array.isArray(last) ? last : undefined
  const scopes = options ? args.slice(0, -1) : args
  if (!scopes.every(one => typeof one === 'string')) throw new TypeError('requireScopes takes names of scopes, and options at the end')
  if (options && (Object.keys(options).length === 0 || !Object.keys(options).every(name => optionNames.includes(name)))) throw new TypeError(`the options of requireScopes are ${optionNames.join(', ')}`)
  if (options && Object.values(options).some(value => value === undefined)) throw new TypeError('an option of requireScopes is undefined')
  return { scopes, options: options ?? {} }
}

/** Whether the scopes of a token fulfil the requirement. Names are compared exactly. */
export function satisfies (held: readonly string[], requirement: ScopeRequirement): boolean {
  return requirement.alternatives.some(scopes => scopes.every(scope => held.includes(scope)))
}

/** What a client should ask for: all scopes, or the first alternative; empty where none is needed. */
export function scopesToAskFor (requirement: ScopeRequirement): readonly string[] {
  return requirement.alternatives[0] ?? []
}

/** Every scope that occurs in the requirement. */
export function scopesNamed (requirement: ScopeRequirement): string[] {
  return requirement.alternatives.flat()
}
