import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

/** As pino's; tokens, codes and secrets are never handed to it. */
export interface Logger {
  info (details: object, message: string): void
  warn (details: object, message: string): void
  error (details: object, message: string): void
}

interface Refusal { error?: string, error_description?: string, error_detail?: string }

/**
 * Tells the developer why a request was refused: the engine's answers hide it from the client on
 * purpose. Only the error's own texts are written, which carry no token, code or secret.
 */
export function report (provider: Provider, logger: Logger | undefined): void {
  if (logger === undefined) return

  const refused = (ctx: KoaContextWithOIDC, error: Refusal): void => {
    logger.warn({
      path: ctx.path,
      clientId: ctx.oidc?.client?.clientId,
      error: error.error,
      description: error.error_description,
      detail: error.error_detail
    }, 'embedded authorization server: request refused')
  }
  provider.on('authorization.error', refused)
  provider.on('grant.error', refused)
  provider.on('introspection.error', refused)
  provider.on('revocation.error', refused)
  provider.on('userinfo.error', refused)
  provider.on('server_error', (ctx: KoaContextWithOIDC, err: Error) => {
    logger.error({ path: ctx.path, err }, 'embedded authorization server: request failed')
  })
}
