import type { Principal } from './principal.js'

/** More than there are clients and sets of scopes in use; when full, sharing begins anew. */
const MAX_VALUES = 2_000

/**
 * Lets principals share what many tokens say alike (scopes, audience, client, organization), so that
 * a remembered token costs little more than its own characters.
 */
export function createValueSharing () {
  const texts = new Map<string, string>()
  const lists = new Map<string, readonly string[]>()

  const text = (value: string): string => shared(texts, value, value)
  // JSON, because a separator could be part of a value.
  const list = (values: readonly string[]) => shared(lists, JSON.stringify(values), values)

  return function share (principal: Principal): Principal {
    return Object.freeze({
      ...principal,
      clientId: text(principal.clientId),
      scopes: list(principal.scopes),
      audience: list(principal.audience),
      ...(principal.organizationId === undefined ? {} : { organizationId: text(principal.organizationId) })
    }) as Principal
  }
}

function shared<T> (values: Map<string, T>, key: string, value: T): T {
  const known = values.get(key)
  if (known !== undefined) return known
  if (values.size >= MAX_VALUES) values.clear()
  values.set(key, value)
  return value
}
