import type { FastifyInstance, FastifyRequest, RouteOptions, onRequestAsyncHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken } from '../src/auth/bearer.js'
import type { Principal } from '../src/auth/principal.js'
import { satisfies, scopeRequirement, scopesNamed, scopesToAskFor, type ScopeArguments, type ScopeRequirement } from '../src/auth/scope-requirement.js'
import { Problem } from '../src/errors.js'
import { isScope, type Scope } from '../src/scopes.js'

/** The hook that `requireScopes` makes; it carries its requirement, so that documents can be read from it. */
export type ScopeGuard = onRequestAsyncHookHandler & { readonly requirement: ScopeRequirement }

const kPrincipal = Symbol('scopegate.principal')
const laterHooks = ['preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onResponse', 'onError', 'onTimeout', 'onRequestAbort'] as const

/** `app.requireScopes(…)`, `request.principal`, and the judgement of the whole route table at boot. */
async function requireScopesPlugin (app: FastifyInstance) {
  const routes: RouteOptions[] = []
  app.decorateRequest(kPrincipal, null)
  app.decorateRequest('principal', { getter () { return principalOf(this) } })

  app.decorate('requireScopes', (...args: ScopeArguments<Scope>): ScopeGuard => {
    const requirement = scopeRequirement(args)
    const guard: onRequestAsyncHookHandler = async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const token = bearerToken({ rawHeaders: request.raw.rawHeaders, query: request.query })
      if (token === undefined) throw new Problem('unauthorized', 'This needs an access token; "WWW-Authenticate" says where to get one.')
      const principal = await app.verifyAccessToken(token)
      request.caller = { sub: principal.sub, clientId: principal.clientId }
      if (!satisfies(principal.scopes, requirement)) throw insufficient(requirement)
      ;(request as PrincipalHolder)[kPrincipal] = principal
    }
    return Object.assign(guard, { requirement })
  })

  app.addHook('onRoute', route => {
    routes.push(route)
    const requirement = requirementOf(route)
    if (!requirement && route.config?.scopeRequirement) throw new Error(`${nameOf(route)}: scopeRequirement is filled in from requireScopes, not written by hand`)
    if (requirement) route.config = { ...route.config, scopeRequirement: requirement }
  })
  app.addHook('onReady', async () => judge(routes))
  app.decorate('routeTable', routes)
}

type PrincipalHolder = FastifyRequest & { [kPrincipal]: Principal | null }

function principalOf (request: FastifyRequest): Principal {
  const principal = (request as PrincipalHolder)[kPrincipal]
  if (principal === null) throw new Error('request.principal was read on a route without requireScopes')
  return principal
}

function insufficient (requirement: ScopeRequirement): Problem {
  const needed = requirement.alternatives.map(scopes => scopes.join(' and ')).join(', or ')
  return new Problem('insufficient_scope', `This needs the permission ${needed}, which the access token does not carry.`, {
    members: { required_scopes: scopesToAskFor(requirement) }
  })
}

/** The requirement a route declares in `onRequest`. @throws when it is declared twice, too late, or misspelt */
function requirementOf (route: RouteOptions): ScopeRequirement | undefined {
  if (laterHooks.some(name => guardsIn(route[name]).length > 0)) throw new Error(`${nameOf(route)}: requireScopes belongs into onRequest, before the body is read`)
  const guards = guardsIn(route.onRequest)
  if (guards.length > 1) throw new Error(`${nameOf(route)}: requireScopes stands twice; name all scopes in one call`)
  const unknown = guards.flatMap(guard => scopesNamed(guard.requirement)).filter(scope => !isScope(scope))
  if (unknown.length > 0) throw new Error(`${nameOf(route)}: unknown scope "${unknown.join('", "')}"; the catalogue is src/scopes.ts`)
  return guards[0]?.requirement
}

function guardsIn (hooks: unknown): ScopeGuard[] {
  return [hooks].flat().filter((hook): hook is ScopeGuard => typeof hook === 'function' && 'requirement' in hook)
}

/** Every route is either guarded or said to be public; anything else was forgotten. */
function judge (routes: readonly RouteOptions[]): void {
  for (const route of routes) {
    const isPublic = route.config?.public === true
    // The hook itself counts: another onRoute hook may have put something else in its place.
    const requirement = guardsIn(route.onRequest)[0]?.requirement
    const isGuarded = requirement !== undefined
    if (route.config?.scopeRequirement !== requirement) throw new Error(`${nameOf(route)} has lost the requireScopes it was declared with`)
    if (isPublic && isGuarded) throw new Error(`${nameOf(route)} is both public and guarded by requireScopes`)
    if (!isPublic && !isGuarded) throw new Error(`${nameOf(route)} has neither requireScopes nor config.public; say which`)
  }
}

export function nameOf (route: RouteOptions): string {
  return `${[route.method].flat().join('|')} ${route.url}`
}

declare module 'fastify' {
  interface FastifyInstance {
    /** A hook for a route's `onRequest`: all the named scopes, `{ anyOf }`, or, without argument, any valid token. */
    requireScopes: (...args: ScopeArguments<Scope>) => ScopeGuard
    routeTable: readonly RouteOptions[]
  }
  interface FastifyRequest {
    /** Whom the access token speaks for. Reading it on a public route is an error. */
    readonly principal: Principal
  }
  interface FastifyContextConfig {
    /** The route takes no access token. */
    public?: true
    /** Filled in from requireScopes; not to be written by hand. */
    scopeRequirement?: ScopeRequirement
  }
}

export default fp(requireScopesPlugin, { name: 'require-scopes', fastify: '5.x', dependencies: ['auth', 'problem', 'request-log'] })
