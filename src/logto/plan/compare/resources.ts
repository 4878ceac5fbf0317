import { tokenLifetime, type DesiredResource } from '../../desired.js'
import type { Finding } from '../change.js'
import type { ResourceState } from '../tenant-state.js'
import { change, given, type Comparing } from './comparing.js'

/** API resources, found by their indicator, and their permissions, found by name. */
export function compareResources (comparing: Comparing): Finding[] {
  const { desired, state } = comparing
  return desired.resources.flatMap(wanted => {
    const found = state.resources.find(({ indicator }) => indicator === wanted.indicator)
    return found === undefined ? newResource(wanted, state.resources) : [...lifetime(wanted, found), ...scopes(comparing, wanted, found)]
  })
}

const subjectOf = ({ name, indicator }: { name: string, indicator: string }) => `API resource "${name}" (${indicator})`

function newResource (resource: DesiredResource, held: readonly ResourceState[]): Finding[] {
  return [
    ...nearMisses(resource, held),
    change('create', 'resource', subjectOf(resource), given(LIFETIME, resource.accessTokenTtl), { do: 'create resource', resource }),
    ...resource.scopes.map(scope => newScope(resource, scope))
  ]
}

const LIFETIME = 'access token lifetime in seconds'

/** Logto compares indicators exactly, and never changes one. */
function nearMisses ({ indicator }: DesiredResource, held: readonly ResourceState[]): Finding[] {
  const bare = (text: string) => text.replace(/\/$/, '')
  return held.filter(resource => bare(resource.indicator) === bare(indicator)).map(resource => ({
    note: `There is an ${subjectOf(resource)}, which differs from ${indicator} by the slash at its end only. Logto compares exactly and can't change an indicator: if that one is meant, set API_RESOURCE (or MCP_RESOURCE) to it.`
  }))
}

function lifetime ({ accessTokenTtl }: DesiredResource, found: ResourceState): Finding[] {
  const { shortest, longest } = tokenLifetime
  if (found.accessTokenTtl >= shortest && found.accessTokenTtl <= longest) return []
  return [change('update', 'resource', subjectOf(found), [{ name: LIFETIME, from: found.accessTokenTtl, to: accessTokenTtl }],
    { do: 'update resource', id: found.id, accessTokenTtl })]
}

type WantedScope = DesiredResource['scopes'][number]

function newScope ({ indicator }: DesiredResource, { name, description }: WantedScope): Finding {
  return change('create', 'scope', `scope ${name} of ${indicator}`, given('description', description), { do: 'create scope', indicator, name, description })
}

function scopes (comparing: Comparing, wanted: DesiredResource, found: ResourceState): Finding[] {
  const unknown = found.scopes.filter(({ name }) => !wanted.scopes.some(scope => scope.name === name))
  return [
    ...wanted.scopes.flatMap(scope => {
      const held = found.scopes.find(({ name }) => name === scope.name)
      return held === undefined ? [newScope(wanted, scope)] : describedAs(scope, found, held)
    }),
    ...unknownScopes(comparing, found, unknown)
  ]
}

function describedAs ({ name, description }: WantedScope, { id, indicator }: ResourceState, held: ResourceState['scopes'][number]): Finding[] {
  if (held.description === description) return []
  return [change('update', 'scope', `scope ${name} of ${indicator}`, [{ name: 'description', from: held.description, to: description }],
    { do: 'update scope', resourceId: id, scopeId: held.id, description })]
}

function unknownScopes ({ prune }: Comparing, resource: ResourceState, unknown: ResourceState['scopes']): Finding[] {
  if (unknown.length === 0) return []
  if (!prune) return [{ unmanaged: { kind: 'resource', subject: subjectOf(resource), name: 'scopes', values: unknown.map(({ name }) => name), warning: false } }]
  return unknown.map(({ id, name, description }) => change('delete', 'scope', `scope ${name} of ${resource.indicator}`, [{ name: 'description', from: description }],
    { do: 'delete scope', resourceId: resource.id, scopeId: id }))
}
