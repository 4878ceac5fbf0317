import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Tenant } from './tenant/tenant.js'

/** Logto's message for an error code, where it has one of its own. */
const messages: Readonly<Record<string, string>> = {
  invalid_grant: 'Grant request is invalid.',
  invalid_redirect_uri:
    '`redirect_uri` did not match any of the client\'s registered `redirect_uris`.',
  invalid_request: 'Request is invalid.',
  invalid_target: 'Invalid resource indicator.',
  invalid_token: 'Invalid token provided.',
  unsupported_grant_type: 'Unsupported `grant_type` requested.'
}

function errorCode (body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 'error' in body &&
    typeof body.error === 'string'
    ? body.error
    : undefined
}

/** An OAuth error body with the two members that Logto puts before it. */
export function withLogtoMembers (error: string, body: object): object {
  const message = messages[error] ?? `An OIDC error occurred: oidc.${error}.`
  return { code: `oidc.${error}`, message, ...body }
}

function isDiscovery ({ path, body }: KoaContextWithOIDC): boolean {
  return path.startsWith('/.well-known/') && typeof body === 'object' && body !== null
}

/** Koa middleware around oidc-provider: where Logto's answers differ from the engine's own. */
export const logtoAnswers = (tenant: Tenant) => async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
  await next()
  if (!tenant.data.cimd.enabled && isDiscovery(ctx)) Reflect.deleteProperty(ctx.body as object, 'client_id_metadata_document_supported')
  if (ctx.path === '/jwks') ctx.set('Cache-Control', 'no-cache, max-age=0, must-revalidate')
  if (ctx.status === 404 && ctx.body == null) {
    ctx.status = 404
    ctx.body = {
      error: 'invalid_request',
      error_description: `unrecognized route or not allowed method (${ctx.method} on ${ctx.path})`
    }
  }
  const error = errorCode(ctx.body)
  if (ctx.status >= 400 && error !== undefined && typeof ctx.body === 'object') {
    ctx.body = withLogtoMembers(error, ctx.body as object)
  }
}
