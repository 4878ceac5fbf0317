import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { DispatchFunc, InjectOptions, Response } from 'light-my-request'
import type { Principal } from '../src/auth/principal.js'

/** A request to one of our own routes. Takes no headers: there is nothing of the caller's to pass on. */
export interface InProcessRequest {
  method: NonNullable<InjectOptions['method']>
  /** Path and query. */
  url: string
  /** The pattern of the route that is meant, such as `/v1/places/:id`; at any other the call has no caller. */
  route: string
  /** A JSON body. */
  payload?: object
  /** The address of whoever asked for it. */
  remoteAddress?: string
}

export type InProcessCalls = ReturnType<typeof createInProcessCalls>

/**
 * Calls of the app's own routes for a caller whose token was verified before: the same routing, hooks,
 * permissions and errors, only the token is not looked at again, nor passed on.
 *
 * Who the caller is stands in a WeakMap, under the request object made here: no header, query or body
 * that comes from outside can name one.
 */
export function createInProcessCalls (app: FastifyInstance) {
  const dispatch = app.routing as unknown as DispatchFunc // takes the stand-ins for Node's objects as well
  const callers = new WeakMap<object, { principal: Principal, route: string }>()

  /** Does NOT check anything itself; the route's own hooks do. @throws TypeError when the address is no URL */
  async function callAs (principal: Principal, { method, url, route, payload, remoteAddress }: InProcessRequest): Promise<Response> {
    const { inject } = await import('light-my-request') // when it is needed: most processes start without
    return await inject((request, response) => {
      callers.set(request, { principal, route })
      dispatch(request, response)
    }, { method, url, ...(payload === undefined ? {} : { payload }), ...(remoteAddress === undefined ? {} : { remoteAddress }) })
  }

  /** The caller of a request made by `callAs`; `undefined` for every other, and at another route than was meant. */
  function callerOf (request: FastifyRequest): Principal | undefined {
    const caller = callers.get(request.raw)
    return caller?.route === request.routeOptions.url ? caller?.principal : undefined
  }

  return { callAs, callerOf }
}
