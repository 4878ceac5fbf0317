import type { Provider } from 'oidc-provider'
import type { Permission } from './pages/consent.js'
import { grantableScopes } from './tenant/access.js'
import { defaultResource, findResource, scopesOf, type Tenant } from './tenant/tenant.js'

export type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

/** The user's own data in words. `openid` and `offline_access` are no data and not listed. */
const ownData: Readonly<Record<string, string>> = {
  profile: 'Your name, username and picture',
  email: 'Your email address'
}

const notListed = new Set(['openid', 'offline_access'])

/** What a person has not allowed yet, as oidc-provider worked it out for this interaction. */
export interface Missing {
  readonly oidc: readonly string[]
  readonly byResource: ReadonlyMap<string, readonly string[]>
}

function strings (value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

export function missingOf ({ prompt: { details } }: Interaction): Missing {
  return {
    oidc: strings(details.missingOIDCScope),
    byResource: new Map(Object.entries(details.missingResourceScopes ?? {})
      .map(([resource, scopes]) => [resource, strings(scopes)]))
  }
}

/** With the words that the tenant has for them. */
export function apiPermissions (tenant: Tenant, { byResource }: Missing): Permission[] {
  return [...byResource].flatMap(([indicator, names]) => {
    const known = scopesOf(tenant, findResource(tenant, indicator)?.id ?? '')
    return names.map(scope => ({ scope, description: known.find(({ name }) => name === scope)?.description ?? scope }))
  })
}

export function ownPermissions ({ oidc }: Missing): Permission[] {
  return oidc.filter(scope => !notListed.has(scope))
    .map(scope => ({ scope, description: ownData[scope] ?? scope }))
}

/**
 * Whether the app asks for API permissions that it may have, and this account has none of them: Logto
 * leaves them out of its page silently. Whether they were allowed before does not matter.
 */
export function isPowerless (tenant: Tenant, { params, session }: Interaction): boolean {
  const asked = String(params.scope ?? '').split(' ')
  const clientId = String(params.client_id)
  const resources = [params.resource].flat().flatMap(indicator =>
    (typeof indicator === 'string' ? findResource(tenant, indicator) : defaultResource(tenant)) ?? [])
  const counted = (userId?: string) => resources.flatMap(resource => grantableScopes(tenant, resource, clientId, userId))
    .filter(scope => asked.includes(scope)).length
  return counted() > 0 && counted(session?.accountId ?? '') === 0
}

/** The address that starts the same authorization request over with the sign-in page. */
export function switchAccount ({ params }: Interaction): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === 'string' && name !== 'request_uri') query.append(name, item)
    }
  }
  const prompt = new Set(['login', ...(query.get('prompt')?.split(' ') ?? [])])
  query.set('prompt', [...prompt].join(' '))
  return `/oidc/auth?${query.toString()}`
}

/**
 * Adds exactly what the page showed to the grant of this user and client, and gives back the
 * result for oidc-provider. It wants the grant's id only if there was none before.
 */
export async function allow (provider: Provider, interaction: Interaction) {
  const existing = interaction.grantId === undefined
    ? undefined
    : await provider.Grant.find(interaction.grantId)
  const grant = existing ?? new provider.Grant({
    accountId: interaction.session?.accountId, clientId: String(interaction.params.client_id)
  })
  const { oidc, byResource } = missingOf(interaction)
  if (oidc.length > 0) grant.addOIDCScope(oidc.join(' '))
  for (const [resource, scopes] of byResource) grant.addResourceScope(resource, scopes.join(' '))
  const grantId = await grant.save()
  return { consent: existing === undefined ? { grantId } : {} }
}
