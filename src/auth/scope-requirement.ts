/**
 * What a route asks of a token: one of several alternatives, each a set of scopes that must all be
 * there. No alternative set is empty unless the route takes any valid token.
 */
export interface ScopeRequirement {
  readonly alternatives: readonly (readonly string[])[]
}

export type ScopeArguments<S extends string> = readonly S[] | readonly [{ anyOf: readonly S[] }]

/** `requireScopes(a, b)`: all of them; `requireScopes({ anyOf: [a, b] })`; no argument: any valid token. */
export function scopeRequirement (args: ScopeArguments<string>): ScopeRequirement {
  const first = args[0]
  if (typeof first === 'object') {
    if (first.anyOf.length === 0) throw new TypeError('anyOf needs at least one scope')
    return { alternatives: first.anyOf.map(scope => [scope]) }
  }
  return { alternatives: [args as readonly string[]] }
}

/** Whether the scopes of a token fulfil the requirement. Names are compared exactly. */
export function satisfies (held: ReadonlySet<string>, requirement: ScopeRequirement): boolean {
  return requirement.alternatives.some(scopes => scopes.every(scope => held.has(scope)))
}

/** What a client should ask for: all scopes, or the first alternative; empty where none is needed. */
export function scopesToAskFor (requirement: ScopeRequirement): readonly string[] {
  return requirement.alternatives[0] ?? []
}

/** Every scope that occurs in the requirement. */
export function scopesNamed (requirement: ScopeRequirement): string[] {
  return requirement.alternatives.flat()
}
