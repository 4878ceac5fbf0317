import { thirdPartyScopes, type Scope } from '../scopes.js'
import { invalidMetadata, shown } from './metadata-error.js'
import { createNameRule } from './names.js'
import { readRedirectUris, readUrl } from './redirect-uris.js'

export const authMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const
export type AuthMethod = (typeof authMethods)[number]
export const grantTypes = ['authorization_code', 'refresh_token'] as const
export const responseTypes = ['code'] as const
/** Addresses for people; kept here, Logto has no place for them. */
export const linkNames = ['client_uri', 'logo_uri', 'tos_uri', 'policy_uri'] as const
export type LinkName = (typeof linkNames)[number]

/** What a developer says about a client (RFC 7591 section 2), checked. */
export interface ClientMetadata {
  name: string
  redirectUris: string[]
  scopes: Scope[]
  authMethod: AuthMethod
  links: Partial<Record<LinkName, string>>
}

export type MetadataRules = ReturnType<typeof createMetadataRules>
type Members = Readonly<Record<string, unknown>>

/**
 * Characters of all addresses of one client together, so that a list of all clients of a developer
 * stays below what agents take as one answer (100,000).
 */
export const MAX_ADDRESSES_LENGTH = 8_000

/** What PATCH can change. */
const changeable = ['client_name', 'redirect_uris', 'scope', ...linkNames]

/**
 * Client metadata in the names of RFC 7591 section 2. Members that are not understood are ignored,
 * as that section demands; everything of what is understood is checked.
 */
export function createMetadataRules ({ reservedNames, ownOrigin }: { reservedNames: readonly string[], ownOrigin: string }) {
  const readName = createNameRule(reservedNames)

  return {
    /** For a new client. @throws MetadataError */
    read (body: unknown): ClientMetadata {
      const given = withoutNulls(membersOf(body))
      checkFlow(given)
      return fitting({
        name: readName(given['client_name']),
        redirectUris: readRedirectUris(given['redirect_uris'], ownOrigin),
        scopes: readScope(given['scope']),
        authMethod: readAuthMethod(given['token_endpoint_auth_method'] ?? 'client_secret_basic'),
        links: readLinks(given)
      })
    },

    /** What a client becomes: members not named stay, and `null` takes a link away. @throws MetadataError */
    merge (current: ClientMetadata, body: unknown): ClientMetadata {
      const given = membersOf(body)
      if (!changeable.some(name => name in given)) throw invalidMetadata('body', `names nothing to change; possible are ${changeable.join(', ')}.`)
      checkFlow(withoutNulls(given))
      checkSameMethod(given, current)
      return fitting({
        name: 'client_name' in given ? readName(given['client_name']) : current.name,
        redirectUris: 'redirect_uris' in given ? readRedirectUris(given['redirect_uris'], ownOrigin) : current.redirectUris,
        scopes: 'scope' in given ? readScope(given['scope']) : current.scopes,
        authMethod: current.authMethod,
        links: mergeLinks(current, given)
      })
    }
  }
}

function fitting (metadata: ClientMetadata): ClientMetadata {
  const length = [...metadata.redirectUris, ...Object.values(metadata.links)].reduce((sum, address) => sum + address.length, 0)
  if (length > MAX_ADDRESSES_LENGTH) throw invalidMetadata('body', `the addresses together have at most ${MAX_ADDRESSES_LENGTH} characters, found ${length}.`)
  return metadata
}

/** An object without a prototype: no member is there that was not sent. */
function membersOf (body: unknown): Members {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalidMetadata('body', 'expected a JSON object with client metadata.')
  return Object.assign(Object.create(null) as Record<string, unknown>, body)
}

function withoutNulls (members: Members): Members {
  return Object.assign(Object.create(null) as Record<string, unknown>, Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null)))
}

/** A space between names (RFC 6749 section 3.3); at least one, because a client gets no more than it asks for. */
function readScope (value: unknown): Scope[] {
  const possible = thirdPartyScopes.join(' ')
  if (typeof value !== 'string' || value === '') throw invalidMetadata('scope', `is needed: the permissions that the client may ask people for, with spaces between; possible are: ${possible}`)
  const asked = value.split(' ')
  const unknown = asked.find(name => !thirdPartyScopes.some(scope => scope === name))
  if (unknown !== undefined) throw invalidMetadata('scope', `${shown(unknown)} is not a permission that can be asked for (openid, profile, email and offline_access need not be named); possible are: ${possible}`)
  return thirdPartyScopes.filter(scope => asked.includes(scope))
}

function readAuthMethod (value: unknown): AuthMethod {
  const known = authMethods.find(method => method === value)
  if (known === undefined) throw invalidMetadata('token_endpoint_auth_method', `${shown(value)} is not supported; possible are ${authMethods.join(', ')}.`)
  return known
}

/** Authorization code, with refresh: all there is. Both members may be left out, or name a part of it. */
function checkFlow (given: Members): void {
  checkList(given, 'grant_types', grantTypes, 'authorization_code')
  checkList(given, 'response_types', responseTypes, 'code')
}

function checkList (given: Members, member: string, possible: readonly string[], needed: string): void {
  const value = given[member]
  if (value === undefined) return
  const fits = Array.isArray(value) && value.includes(needed) && value.every(one => possible.some(name => name === one))
  if (!fits) throw invalidMetadata(member, `only ${possible.map(name => `"${name}"`).join(' and ')} can be had, and "${needed}" is needed.`)
}

/** Logto can't make a public client of a confidential one, or the other way round. */
function checkSameMethod (given: Members, { authMethod }: ClientMetadata): void {
  const value = given['token_endpoint_auth_method']
  if (value !== undefined && value !== authMethod) throw invalidMetadata('token_endpoint_auth_method', `is "${authMethod}" and can't be changed; register another client.`)
}

function readLinks (given: Members): ClientMetadata['links'] {
  return Object.fromEntries(linkNames.flatMap(name => given[name] === undefined ? [] : [[name, readLink(name, given[name])]]))
}

function mergeLinks ({ links }: ClientMetadata, given: Members): ClientMetadata['links'] {
  const kept = Object.fromEntries(Object.entries(links).filter(([name]) => given[name] !== null))
  return { ...kept, ...readLinks(withoutNulls(given)) }
}

function readLink (name: LinkName, value: unknown): string {
  const error = (what: string) => invalidMetadata(name, what)
  const { text, url } = readUrl(value, error)
  if (url.protocol !== 'https:') throw error(`${shown(text)}: expected an https address.`)
  return text
}
