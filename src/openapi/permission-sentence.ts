import type { ScopeRequirement } from '../auth/scope-requirement.js'
import { isScope, scopeCatalogue } from '../scopes.js'

/** What a caller has to be allowed to do, in words: the last sentence of an operation's description. */
export function permissionSentence ({ alternatives, organization }: ScopeRequirement): string {
  const tied = organization === undefined ? '' : ` The access token must be for the organization "${organization.parameter}".`
  return `${permissions(alternatives)}${tied}`
}

function permissions (alternatives: ScopeRequirement['alternatives']): string {
  const [first = [], ...others] = alternatives
  if (others.length > 0) return `Needs one of these permissions: ${alternatives.map(scopes => scopes.map(withMeaning).join(' and ')).join('; or ')}.`
  if (first.length === 0) return 'Any valid access token will do.'
  const [only = ''] = first
  return first.length === 1 ? `Needs the permission ${only}: ${meaning(only)}.` : `Needs the permissions ${first.map(withMeaning).join(' and ')}.`
}

function withMeaning (scope: string): string {
  return `${scope} (${meaning(scope)})`
}

/** The route table was judged before anybody reads this: the scope is in the catalogue. */
function meaning (scope: string): string {
  return isScope(scope) ? scopeCatalogue[scope].description : scope
}
