import { thirdPartyScopes } from '../src/scopes.js'
import { openToThirdParties } from './third-party.js'

interface Operation { tags?: string[], security?: Array<Record<string, string[]>> }
interface Document {
  info?: { description?: string }
  tags?: Array<{ name: string }>
  paths?: Record<string, Record<string, Operation>>
  components?: { securitySchemes?: Record<string, { flows?: { authorizationCode?: { scopes: Record<string, string> } } }> }
}

/**
 * The OpenAPI document as the documentation page shows it. The page is for third parties, and everything on
 * it can be tried: it offers the scopes that they may ask for, and the operations that these open.
 */
export function shownDocument (document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(document) as Record<string, unknown> & Document
  for (const scheme of Object.values(copy.components?.securitySchemes ?? {})) {
    const flow = scheme.flows?.authorizationCode
    if (flow) flow.scopes = Object.fromEntries(Object.entries(flow.scopes).filter(([name]) => thirdPartyScopes.some(scope => scope === name)))
  }
  if (keepOpenOperations(copy) && copy.info) {
    copy.info.description = `${copy.info.description ?? ''}\n\nOperations that only the service's own apps may call are left out here; [the whole document](/openapi.json) has them.`
  }
  return copy
}

/** @returns whether something was left out */
function keepOpenOperations (document: Document): boolean {
  let leftOut = 0
  const used = new Set<string>()
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) {
      if (openToThirdParties(operation)) operation.tags?.forEach(tag => used.add(tag))
      else leftOut += Number(delete methods[method])
    }
    if (Object.keys(methods).length === 0) delete document.paths?.[path]
  }
  document.tags = (document.tags ?? []).filter(({ name }) => used.has(name))
  return leftOut > 0
}
