import { hostOf } from '../auth/client-host.js'
import { thirdPartyScopes, type Scope } from '../scopes.js'

/** Scopes that third parties may have, with commas or white space between, or "none"; `undefined` when one is anything else. */
export function parseThirdPartyScopes (text: string): Scope[] | undefined {
  if (text === 'none') return []
  const names = text.split(/[\s,]+/).filter(name => name !== '')
  const known = thirdPartyScopes.filter(scope => names.includes(scope))
  return names.length > 0 && names.every(name => known.some(scope => scope === name)) ? known : undefined
}

/** Host names and IP addresses, with commas or white space between, in the spelling of `hostOf`; `undefined` when one is anything else. */
export function parseHosts (text: string): string[] | undefined {
  const hosts = text.split(/[\s,]+/).filter(entry => entry !== '').map(parseHost)
  return hosts.length > 0 && hosts.every(host => host !== undefined) ? [...new Set(hosts)] : undefined
}

/** What a host looks like once the URL parser has read it: no wildcard, no empty label. */
const HOST = /^(\[[0-9a-f:]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/

function parseHost (text: string): string | undefined {
  // Nothing that would make it more than a host: no user, port, path, nor a percent sign.
  if (/[@/\\?#%]/.test(text) || (text.startsWith('[') && !text.endsWith(']'))) return undefined
  const address = `https://${text.includes(':') && !text.startsWith('[') ? `[${text}]` : text}/`
  const host = URL.canParse(address) ? hostOf(new URL(address)) : ''
  return HOST.test(host) ? host : undefined
}
