import { z } from 'zod/v3'
import { MANAGEMENT_RESOURCE_ID, type Consent } from '../tenant/entities.js'
import { own, type Tenant } from '../tenant/tenant.js'
import { invalidInput, RequestError, notFound } from './request-error.js'

const userScopes = ['profile', 'email', 'phone', 'address', 'custom_data', 'identities', 'roles', 'urn:logto:scope:organizations', 'urn:logto:scope:organization_roles', 'urn:logto:scope:sessions'] as const

export const consentBody = z.object({
  organizationScopes: z.string().array().optional(),
  resourceScopes: z.string().array().optional(),
  organizationResourceScopes: z.string().array().optional(),
  userScopes: z.enum(userScopes).array().optional()
})
export type ConsentBody = z.output<typeof consentBody>

/** Adds to a ceiling; what is there stays. There are no organizations here, so their scopes are unknown ones. @throws RequestError 422 */
export function addConsent ({ data }: Tenant, consent: Consent, body: ConsentBody): void {
  const { organizationScopes = [], resourceScopes = [], organizationResourceScopes = [], userScopes = [] } = body
  const unknown = resourceScopes.filter(id => own(data.scopes, id) === undefined)
  if (unknown.length + organizationScopes.length + organizationResourceScopes.length > 0) {
    throw new RequestError(422, 'application.user_consent_scopes_not_found', 'Invalid user consent scopes.', {
      data: { invalidOrganizationScopes: organizationScopes, invalidResourceScopes: unknown, invalidOrganizationResourceScopes: organizationResourceScopes }
    })
  }
  if (resourceScopes.some(id => data.scopes[id]?.resourceId === MANAGEMENT_RESOURCE_ID)) {
    throw new RequestError(422, 'application.consent_management_api_scopes_not_allowed', 'Management API scopes are not allowed.')
  }
  consent.resourceScopes = [...new Set([...consent.resourceScopes, ...resourceScopes])]
  consent.userScopes = [...new Set([...consent.userScopes, ...userScopes])]
}

const types = z.enum(['organization-scopes', 'resource-scopes', 'organization-resource-scopes', 'user-scopes'])
const members: Partial<Record<z.output<typeof types>, keyof Consent>> = { 'resource-scopes': 'resourceScopes', 'user-scopes': 'userScopes' }

/** Takes one out of a ceiling. @throws RequestError 400, 404 */
export function removeConsent (consent: Consent, scopeType: string, id: string): void {
  const type = z.object({ scopeType: types }).safeParse({ scopeType })
  if (!type.success) throw invalidInput('params', type.error)
  const member = members[type.data.scopeType]
  if (member === undefined || !consent[member].includes(id)) throw notFound()
  consent[member] = consent[member].filter(one => one !== id)
}

/** A ceiling as Logto shows it: API scopes by resource. */
export function shownConsent ({ data }: Tenant, consent: Consent) {
  const scopes = consent.resourceScopes.flatMap(id => own(data.scopes, id) ?? [])
  const resources = [...new Set(scopes.map(({ resourceId }) => resourceId))].flatMap(id => own(data.resources, id) ?? [])
  return {
    organizationScopes: [],
    resourceScopes: resources.map(({ id, name, indicator }) => ({
      resource: { id, name, indicator },
      scopes: scopes.filter(({ resourceId }) => resourceId === id).map(({ id, name, description }) => ({ id, name, description }))
    })),
    organizationResourceScopes: [],
    userScopes: [...consent.userScopes].sort()
  }
}
