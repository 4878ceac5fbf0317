import type { Principal } from './principal.js'

/** More than there are clients and sets of scopes in use; when full, sharing begins anew. */
const MAX_VALUES = 2_000

/** Gives the value that came first under an equal key, so that many equal ones take the memory of one. */
export function createShared<T> () {
  const values = new Map<string, T>()
  return function shared (key: string, value: T): T {
    const known = values.get(key)
    if (known !== undefined) return known
    if (values.size >= MAX_VALUES) values.clear()
    values.set(key, value)
    return value
  }
}

/** Lets principals share what many tokens say alike: scopes, audience, client, organization. */
export function createPrincipalSharing () {
  const text = createShared<string>()
  const list = createShared<readonly string[]>()
  // JSON, because a separator could be part of a value.
  const shareList = (values: readonly string[]) => list(JSON.stringify(values), values)

  return function share (principal: Principal): Principal {
    const { sub, clientId, actor, scopes, tokenType, organizationId, audience, issuedAt, expiresAt } = principal
    return Object.freeze({
      sub,
      clientId: text(clientId, clientId),
      actor,
      scopes: shareList(scopes),
      tokenType,
      organizationId: organizationId === undefined ? undefined : text(organizationId, organizationId),
      audience: shareList(audience),
      issuedAt,
      expiresAt
    }) as Principal
  }
}
