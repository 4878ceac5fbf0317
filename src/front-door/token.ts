import { fetchWhole } from '../logto/fetch-whole.js'
import { OAuthError } from './oauth-error.js'
import { readParameters, tokenParameters, withResource, type Parameters } from './parameters.js'

export interface TokenOptions {
  /** Logto's; requests go there and nowhere else. */
  tokenEndpoint: string
  /** The resources that tokens may be for; the first one is named where a client names none. */
  resources: readonly [string, ...string[]]
  /** Milliseconds for Logto's whole answer. */
  timeout?: number
}

/** Logto's answer, as it came. */
export interface TokenAnswer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

const TIMEOUT = 10_000
/** Three tokens and some room; Logto's answers have 2 to 4 kB. */
const MAX_BYTES = 128 * 1024
/** Requests under way at once, in all and from one address; more would wait for a Logto that can't keep up anyway. */
const MAX_UNDER_WAY = { all: 200, ofOne: 50 }
/** Seconds after which a client should try again. */
const RETRY_AFTER = 10

const grants: ReadonlySet<string> = new Set(['authorization_code', 'refresh_token', 'client_credentials'])
/** `content-type` is a condition, `cache-control` always `no-store`. */
const passedBack = ['content-type', 'pragma', 'www-authenticate', 'retry-after']
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i
const BASIC = /^basic /i

/**
 * Passes token requests (RFC 6749 section 3.2) on to Logto, with exactly one `resource` (RFC 8707), and
 * its answer back. Follows no redirect, keeps nothing, and tries nothing twice: a code counts once.
 *
 * Does NOT check client, code or refresh token: Logto does, and its errors come back as they are.
 */
export function createTokenRequests ({ tokenEndpoint, resources, timeout = TIMEOUT }: TokenOptions) {
  const underWay = new Map<string, number>()
  let all = 0

  /** Takes a place for a request of `source`. @returns how to give it back */
  function takePlace (source: string): () => void {
    const held = underWay.get(source) ?? 0
    if (all >= MAX_UNDER_WAY.all || held >= MAX_UNDER_WAY.ofOne) throw unavailable(new Error('too many requests are under way'))
    all += 1
    underWay.set(source, held + 1)
    return () => {
      all -= 1
      const left = (underWay.get(source) ?? 0) - 1
      if (left > 0) underWay.set(source, left)
      else underWay.delete(source)
    }
  }

  async function pass (parameters: Parameters, authorization: string, source: string): Promise<Response> {
    const giveBack = takePlace(source)
    try {
      return await fetchWhole(tokenEndpoint, timeout, {
        method: 'POST',
        headers: { accept: 'application/json', ...(authorization === '' ? {} : { authorization }) },
        body: new URLSearchParams([...parameters])
      }, MAX_BYTES)
    } catch (error) {
      throw unavailable(error)
    } finally {
      giveBack()
    }
  }

  /**
   * @param authorization the value of the Authorization header, `''` when there is none
   * @param source who asks: nobody takes all places
   * @throws OAuthError for what is not passed on, and `temporarily_unavailable` (503) when Logto gives no usable answer
   */
  return async function request (given: Iterable<readonly [string, string]>, authorization: string, source: string): Promise<TokenAnswer> {
    const parameters = readParameters(given, tokenParameters)
    checkGrant(parameters)
    if (authorization !== '' && !BASIC.test(authorization)) throw new OAuthError('invalid_request', 'Only the scheme Basic is understood in the Authorization header of this endpoint.')
    const response = await pass(withResource(parameters, resources), authorization, source)
    // What a proxy before Logto says when Logto is down is a page for people.
    if (!JSON_TYPE.test(response.headers.get('content-type') ?? '')) throw unavailable(new Error(`status ${response.status}, and no JSON`))
    return { status: response.status, headers: headersOf(response), body: Buffer.from(await response.arrayBuffer()) }
  }
}

function checkGrant (parameters: Parameters): void {
  const grant = parameters.get('grant_type')
  if (grant === undefined) throw new OAuthError('invalid_request', 'The parameter grant_type is missing.')
  if (!grants.has(grant)) throw new OAuthError('unsupported_grant_type', `The grant types here are ${[...grants].join(', ')}.`)
}

function headersOf ({ headers }: Response): Record<string, string> {
  return Object.fromEntries(passedBack.flatMap(name => {
    const value = headers.get(name)
    return value === null ? [] : [[name, value]]
  }))
}

function unavailable (cause: unknown): OAuthError {
  return new OAuthError('temporarily_unavailable', 'The authorization server gives no usable answer right now; try again later.', { status: 503, retryAfter: RETRY_AFTER, cause })
}
