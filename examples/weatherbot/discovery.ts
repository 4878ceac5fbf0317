import * as client from 'openid-client'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { BearerChallenge } from './challenge.js'
import { isLoopback, type BotConfig } from './config.js'
import { fetchJson, TIMEOUT, type Fetch } from './http.js'
import { Trouble } from './trouble.js'

/** Where to get tokens for the API, and what to call the API there. */
export interface AuthorizationServer {
  readonly configuration: client.Configuration
  /** The API's resource indicator (RFC 8707): sent with each request for a token. */
  readonly resource: string
}

export interface DiscoveryOptions {
  readonly config: BotConfig
  readonly fetch: Fetch
  readonly now: () => number
}

export type Discover = (challenge: BearerChallenge) => Promise<AuthorizationServer>

/** What RFC 9728 section 2 says of a protected resource, as far as it is needed here. */
const ResourceMetadata = Type.Object({
  resource: Type.String(),
  authorization_servers: Type.Array(Type.String(), { minItems: 1 })
})

/** So long an answer is used again; after that, what the API says may have changed. */
const KEEP = 5 * 60_000

/**
 * Finds the authorization server that a 401 or 403 of the API points to. The last answer is kept
 * for five minutes, a failure is not.
 */
export function createDiscovery (options: DiscoveryOptions): Discover {
  let last: { address: string, until: number, server: Promise<AuthorizationServer> } | undefined

  return async function discover ({ resourceMetadata }) {
    if (resourceMetadata === undefined) {
      throw new Trouble('api_metadata', 'The weather service wants to know who you are, but does not say where to sign in.')
    }
    if (last?.address === resourceMetadata && options.now() < last.until) return await last.server
    const found = { address: resourceMetadata, until: options.now() + KEEP, server: find(resourceMetadata, options) }
    last = found
    found.server.catch(() => { if (last === found) last = undefined })
    return await found.server
  }
}

async function find (address: string, options: DiscoveryOptions): Promise<AuthorizationServer> {
  const { config, fetch } = options
  const metadata = await readMetadata(address, options)
  const [issuer = ''] = metadata.authorization_servers
  const insecure = mayBeInsecure(issuer, config)
  try {
    const configuration = await client.discovery(
      new URL(issuer), config.clientId, { client_secret: config.clientSecret }, client.ClientSecretBasic(config.clientSecret), {
        // The ID token's signature is checked too, because on loopback no TLS vouches for who sent it.
        execute: [client.enableNonRepudiationChecks, ...(insecure ? [client.allowInsecureRequests] : [])],
        timeout: TIMEOUT / 1000,
        [client.customFetch]: async (url, init) => await fetch(url, init)
      })
    return { configuration, resource: metadata.resource }
  } catch (error) {
    throw new Trouble('signin_unreachable', 'The sign-in server of the weather service cannot be reached at the moment. Please try again later.', { cause: error })
  }
}

/**
 * RFC 9728 sections 3.3 and 7.3: an API speaks for itself only. Were another origin believed here,
 * whoever could slip in a header would choose where people sign in and where the secret is sent.
 */
async function readMetadata (address: string, { config, fetch }: DiscoveryOptions) {
  if (originOf(address) !== config.apiUrl) {
    throw new Trouble('api_elsewhere', 'The weather service points to another server for its description. That could be a trap, so nothing was done.')
  }
  const { status, body } = await fetchJson(fetch, new URL(address), { headers: { accept: 'application/json' } }, 'The weather service')
  if (status !== 200 || !Value.Check(ResourceMetadata, body)) {
    throw new Trouble('api_metadata', 'The weather service does not describe where to sign in.')
  }
  if (originOf(body.resource) !== config.apiUrl) {
    throw new Trouble('api_elsewhere', 'The weather service describes another service than itself. That could be a trap, so nothing was done.')
  }
  return body
}

const originOf = (text: string): string | undefined => URL.canParse(text) ? new URL(text).origin : undefined

/** Plain http never leaves this machine, and only an API on this machine may ask for it. */
function mayBeInsecure (issuer: string, { apiUrl }: BotConfig): boolean {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (url?.protocol === 'https:') return false
  if (url?.protocol === 'http:' && isLoopback(url) && isLoopback(new URL(apiUrl))) return true
  throw new Trouble('signin_insecure', 'The weather service names a sign-in server without a secure connection, so nothing was done.')
}
