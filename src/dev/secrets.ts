import { createHash, timingSafeEqual } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import { InvalidRequest } from './engine.js'
import { findApplication, type Tenant } from './tenant/tenant.js'

interface SecretClient { clientId: string }

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * An application may have several secrets at a time, each with an end of its own, as at Logto (the
 * engine knows one): how a secret is replaced without an interruption.
 */
export function acceptAllSecrets (provider: Provider, tenant: Tenant): void {
  Object.assign(provider.Client.prototype, {
    compareClientSecret (this: SecretClient, actual: string): boolean {
      const given = digest(actual)
      const matching = (findApplication(tenant, this.clientId)?.secrets ?? []).filter(({ value }) => timingSafeEqual(digest(value), given))
      if (matching.length === 0) return false
      if (matching.every(({ expiresAt }) => expiresAt !== null && expiresAt <= Date.now())) throw new InvalidRequest('client secret has expired')
      return true
    }
  })
}
