import type { RouteOptions, onRequestHookHandler } from 'fastify'
import { scopesNamed, type ScopeRequirement } from '../src/auth/scope-requirement.js'
import { StartError } from '../src/errors.js'
import { isScope } from '../src/scopes.js'

/** The hook that `requireScopes` makes; it carries its requirement, so that documents can be read from it. */
export type ScopeGuard = onRequestHookHandler & { readonly requirement: ScopeRequirement }

const laterHooks = ['preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onResponse', 'onError', 'onTimeout', 'onRequestAbort'] as const

/** The requirement a route declares in `onRequest`. @throws when it is declared twice, too late, or misspelt */
export function requirementOf (route: RouteOptions): ScopeRequirement | undefined {
  if (laterHooks.some(name => guardsIn(route[name]).length > 0)) throw new StartError(`${nameOf(route)}: requireScopes belongs into onRequest, before the body is read`)
  const guards = guardsIn(route.onRequest)
  if (guards.length > 1) throw new StartError(`${nameOf(route)}: requireScopes stands twice; name all scopes in one call`)
  const unknown = guards.flatMap(guard => scopesNamed(guard.requirement)).filter(scope => !isScope(scope))
  if (unknown.length > 0) throw new StartError(`${nameOf(route)}: unknown scope "${unknown.join('", "')}"; the catalogue is src/scopes.ts`)
  const parameter = guards[0]?.requirement.organization?.parameter
  if (parameter !== undefined && !route.url.split('/').includes(`:${parameter}`)) throw new StartError(`${nameOf(route)}: the path has no parameter ":${parameter}" that names the organization`)
  return guards[0]?.requirement
}

function guardsIn (hooks: unknown): ScopeGuard[] {
  return [hooks].flat().filter((hook): hook is ScopeGuard => typeof hook === 'function' && 'requirement' in hook)
}

/** Every route is either guarded or said to be public; anything else was forgotten. */
export function judge (routes: readonly RouteOptions[], organizationTokens: boolean): void {
  for (const route of routes) {
    const isPublic = route.config?.public === true
    // The hook itself counts: another onRoute hook may have put something else in its place.
    const requirement = guardsIn(route.onRequest)[0]?.requirement
    const isGuarded = requirement !== undefined
    if (route.config?.scopeRequirement !== requirement) throw new StartError(`${nameOf(route)} has lost the requireScopes it was declared with`)
    if (isPublic && isGuarded) throw new StartError(`${nameOf(route)} is both public and guarded by requireScopes`)
    if (!organizationTokens && requirement?.organization?.tokenType === 'organization') throw new StartError(`${nameOf(route)} asks for an organization token, which ORGANIZATION_TOKENS=on would allow`)
    if (!isPublic && !isGuarded) throw new StartError(`${nameOf(route)} has neither requireScopes nor config.public; say which`)
  }
}

export function nameOf (route: RouteOptions): string {
  return `${[route.method].flat().join('|')} ${route.url}`
}
