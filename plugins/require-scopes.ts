import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction, RouteOptions, onRequestHookHandler } from 'fastify'
import fp from 'fastify-plugin'
import { createAuthorize } from '../src/auth/authorize.js'
import { authorizationValue } from '../src/auth/bearer.js'
import type { Eventually } from '../src/auth/eventually.js'
import type { Principal } from '../src/auth/principal.js'
import { scopeRequirement, type ScopeArguments, type ScopeRequirement } from '../src/auth/scope-requirement.js'
import { sourceOf } from '../src/auth/source.js'
import { StartError } from '../src/errors.js'
import type { Scope } from '../src/scopes.js'
import { createInProcessCalls, type InProcessCalls } from './in-process-calls.js'
import { judge, nameOf, requirementOf, type ScopeGuard } from './route-table.js'

export interface RequireScopesOptions {
  /** Whether routes may ask for organization tokens (`ORGANIZATION_TOKENS=on`). */
  organizationTokens?: boolean
}

const kPrincipal = Symbol('scopegate.principal')
/** A valid token, but not for this route. */
const kRefused = Symbol('scopegate.refused')

/** `app.requireScopes(…)`, `request.principal`, and the judgement of the whole route table at boot. */
async function requireScopesPlugin (app: FastifyInstance, { organizationTokens = false }: RequireScopesOptions) {
  const routes: RouteOptions[] = []
  // Getters only: a decoration with a value would cost every request, public ones too.
  app.decorateRequest('principal', { getter () { return principalOf(this) } })
  app.decorateRequest('caller', { getter () { return (this as PrincipalHolder)[kPrincipal] ?? (this as PrincipalHolder)[kRefused] } })

  const calls = createInProcessCalls(app)
  app.decorate('callAs', calls.callAs)

  app.decorate('requireScopes', (...args: ScopeArguments<Scope>): ScopeGuard => {
    const requirement = scopeRequirement(args)
    const authorize = createAuthorize(requirement)
    const tokens = requirement.resource === 'mcp' ? app.mcpAccessTokens : app.accessTokens

    function admit (request: PrincipalHolder, reply: FastifyReply, principal: Principal, done: HookHandlerDoneFunction): void {
      try {
        authorize(principal, request.params)
      } catch (error) {
        request[kRefused] = principal
        refuse(reply, error, done)
        return
      }
      request[kPrincipal] = principal
      done()
    }

    // With a callback: a token that was seen before, or is checked on the event loop, costs no promise.
    const guard: onRequestHookHandler = (request, reply, done) => {
      if (requirement.noStore) reply.header('cache-control', 'no-store')
      let principal: Eventually<Principal>
      try {
        const authorization = authorizationValue({ rawHeaders: request.raw.rawHeaders, query: request.query })
        principal = (authorization === '' ? calls.callerOf(request) : tokens.recognise(authorization)) ??
          tokens.verifyUnknown(authorization, sourceOf(request.ip))
      } catch (error) {
        refuse(reply, error, done)
        return
      }
      if (principal instanceof Promise) principal.then(verified => { admit(request, reply, verified, done) }, error => { refuse(reply, error, done) })
      else admit(request, reply, principal, done)
    }
    return Object.assign(guard, { requirement })
  })

  app.addHook('onRoute', route => {
    routes.push(route)
    const requirement = requirementOf(route)
    if (!requirement && route.config?.scopeRequirement) throw new StartError(`${nameOf(route)}: scopeRequirement is filled in from requireScopes, not written by hand`)
    if (requirement) route.config = { ...route.config, scopeRequirement: requirement }
  })
  app.addHook('onReady', async () => judge(routes, organizationTokens))
  app.decorate('routeTable', routes)
}

/** Said here already: a route may have an error handler of its own. */
function refuse (reply: FastifyReply, error: unknown, done: HookHandlerDoneFunction): void {
  reply.header('cache-control', 'no-store')
  done(error as Error)
}

type PrincipalHolder = FastifyRequest & { [kPrincipal]?: Principal, [kRefused]?: Principal }

function principalOf (request: PrincipalHolder): Principal {
  const principal = request[kPrincipal]
  if (principal === undefined) throw new Error('request.principal was read where requireScopes let nobody in')
  return principal
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * A hook for a route's `onRequest`: all the named scopes, `{ anyOf }`, or, without argument, any
     * valid token. With `{ organization: 'orgId' }` the token has to be for the organization in that path parameter.
     */
    requireScopes: (...args: ScopeArguments<Scope>) => ScopeGuard
    routeTable: readonly RouteOptions[]
    /** Calls one of the app's own routes for a caller whose token was verified already; see in-process-calls.ts. */
    callAs: InProcessCalls['callAs']
  }
  interface FastifyRequest {
    /** Whom the access token speaks for, once the route's check has let it in; reading it elsewhere is an error. */
    readonly principal: Principal
    /** The same, also where there is none (a public route, no valid token): for logs. Does NOT say that the route's scopes are there. */
    readonly caller: Principal | undefined
  }
  interface FastifyContextConfig {
    /** The route takes no access token. */
    public?: true
    /** Filled in from requireScopes; not to be written by hand. */
    scopeRequirement?: ScopeRequirement
  }
}

export default fp(requireScopesPlugin, { name: 'require-scopes', fastify: '5.x', dependencies: ['auth', 'problem'] })
