import { isIP } from 'node:net'
import { invalidRedirectUri, shown, type MetadataError } from './metadata-error.js'

export const MAX_REDIRECT_URIS = 10
export const MAX_URI_LENGTH = 2_000

/** Visible ASCII: no white space, no control characters, nothing that looks like something else. */
const VISIBLE = /^[\x21-\x7e]+$/
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** A name with a dot inside: `localhost` has none, nor has a machine of one's own network. */
const FULL_HOST = /^[^.].*\.[^.]+$/

/**
 * The addresses that an authorization code may be sent to (RFC 9700 section 2.1: compared exactly).
 * Does NOT check that anything answers there, nor whose it is, but that it is not this service's own: a
 * code for an agent has no business at the official app or the documentation page.
 * @param ownOrigin of the service (`PUBLIC_URL`)
 * @throws MetadataError `invalid_redirect_uri`
 */
export function readRedirectUris (value: unknown, ownOrigin: string): string[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidRedirectUri('expected a list with at least one address.')
  if (value.length > MAX_REDIRECT_URIS) throw invalidRedirectUri(`at most ${MAX_REDIRECT_URIS} addresses, found ${value.length}.`)
  const uris = value.map(readRedirectUri)
  const own = uris.find(uri => new URL(uri).origin === ownOrigin)
  if (own !== undefined) throw invalidRedirectUri(`${shown(own)} is an address of this service itself.`)
  // The same place with and without its slash counts once, too: one of them is a mistake.
  if (new Set(uris.map(uri => new URL(uri).href)).size < uris.length) throw invalidRedirectUri('one address stands there twice.')
  return uris
}

function readRedirectUri (value: unknown): string {
  const { text, url } = readUrl(value, invalidRedirectUri)
  if (text.includes('*')) throw invalidRedirectUri(`${shown(text)} has a wildcard; name each address in full.`)
  if (text.includes('#')) throw invalidRedirectUri(`${shown(text)} has a fragment ("#").`)
  if (url.protocol === 'https:') {
    // IP addresses may be inside somebody's network, and Logto lets no native client in that has one on loopback.
    if (!FULL_HOST.test(url.hostname) || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) throw invalidRedirectUri(`${shown(text)}: https needs a full host name, such as agent.example.com.`)
  } else if (url.protocol !== 'http:') {
    throw invalidRedirectUri(`${shown(text)}: expected an https address; schemes of one's own are not taken.`)
  } else if (!LOOPBACK.includes(url.hostname)) {
    throw invalidRedirectUri(`${shown(text)}: plain http is for localhost, 127.0.0.1 and [::1] only; use https.`)
  }
  return text
}

/**
 * A URL that is spelt as every parser would spell it, so that no two readers see two hosts in it;
 * only the slash of an empty path may be missing. Does NOT look at the scheme.
 * @throws what `error` makes of the words
 */
export function readUrl (value: unknown, error: (what: string) => MetadataError): { text: string, url: URL } {
  if (typeof value !== 'string') throw error(`expected text, found ${value === null ? 'null' : typeof value}.`)
  if (value.length > MAX_URI_LENGTH) throw error(`an address has at most ${MAX_URI_LENGTH} characters, found ${value.length}.`)
  if (!VISIBLE.test(value)) throw error(`${shown(value)} is empty, or has white space, control or non-ASCII characters; write those percent-encoded, host names as xn--...`)
  if (!URL.canParse(value)) throw error(`${shown(value)} is not an absolute URL.`)
  const url = new URL(value)
  if (url.username !== '' || url.password !== '') throw error(`${shown(value)} has a user name or password before the host.`)
  if (url.href !== value && url.href !== `${value}/`) throw error(`${shown(value)} is not in its normal form; write it as ${shown(url.href)}.`)
  return { text: value, url }
}
