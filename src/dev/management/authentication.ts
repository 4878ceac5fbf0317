import { createPublicKey } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import type { JWK } from 'oidc-provider'
import { MANAGEMENT_RESOURCE, MANAGEMENT_SCOPE } from '../tenant/entities.js'
import { RequestError } from './request-error.js'

export interface AuthenticationOptions {
  issuer: string
  /** The server's own signing key. */
  key: JWK
}

const unauthorized = (data: object) =>
  new RequestError(401, 'auth.unauthorized', 'Unauthorized. Please check credentials and its scope.', { data })

/** What Logto tells of jose's errors. */
function describe (error: unknown): object {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired) {
    const { code, name, claim, reason, payload } = error
    return { code, name, claim, reason, payload }
  }
  if (error instanceof errors.JOSEError) return { code: error.code, name: error.name }
  throw error
}

/**
 * Lets in whoever has an access token of this server for the Management API with its one scope.
 * @throws RequestError 401, 403
 */
export function managementAuthentication ({ issuer, key }: AuthenticationOptions) {
  const { d: _private, ...jwk } = key
  const publicKey = createPublicKey({ key: jwk as Record<string, unknown>, format: 'jwk' })

  return async (authorization: string | undefined): Promise<void> => {
    if (authorization === undefined) throw new RequestError(401, 'auth.authorization_header_missing', 'Authorization header is missing.')
    if (!authorization.startsWith('Bearer ')) {
      throw new RequestError(401, 'auth.authorization_token_type_not_supported', 'Authorization type is not supported.', { data: { supportedTypes: ['Bearer'] } })
    }
    const { payload } = await jwtVerify(authorization.slice('Bearer '.length), publicKey, { issuer, audience: MANAGEMENT_RESOURCE })
      .catch((error: unknown) => { throw unauthorized(describe(error)) })
    const scopes = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : []
    if (!scopes.includes(MANAGEMENT_SCOPE)) throw new RequestError(403, 'auth.forbidden', 'Forbidden. Please check your user roles and permissions.')
  }
}
