import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signedToken } from './jws.js'
import { answerKeySet, type KeySetBehaviour } from './key-set-behaviour.js'
import { createSigningKey, type SigningKey } from './keys.js'

/** Anything that runs clean-up at its end: a tap test. */
export interface Teardown { teardown (fn: () => unknown): unknown }

export type Claims = Record<string, unknown>
export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>

export interface IssuerOptions {
  /** The audience of its tokens. */
  audience?: string
  /** Where a `redirect` of the key set points to. */
  elsewhere?: string
  /** Where it listens, for one that will stop and come back: a port that nobody else is given meanwhile. Default: any. */
  port?: number
}

/**
 * A stand-in for Logto: real HTTP on loopback, real keys made for this run (ES384, and RS256
 * without `alg`), tokens in Logto's form. Closes with the test.
 */
export async function startIssuer (t: Teardown, options: IssuerOptions = {}) {
  const audience = options.audience ?? 'https://api.example.test/'
  const ec = createSigningKey('ES384')
  const rsa = createSigningKey('RS256')
  let published: Array<Record<string, unknown>> = [ec.jwk, rsa.jwk]
  let behaviour: KeySetBehaviour = 'healthy'
  const requests: string[] = []
  let keySetRequests = 0

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    if (request.url !== '/oidc/jwks') {
      response.writeHead(404).end()
      return
    }
    keySetRequests += 1
    answerKeySet(response, behaviour, { keys: published }, options.elsewhere ?? `${endpoint}/elsewhere`)
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}`
  const issuer = `${endpoint}/oidc`
  async function stop (): Promise<void> {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  t.teardown(stop)

  /** The claims of a Logto access token for a user; `undefined` removes one. */
  function claims (changes: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1000)
    return {
      jti: randomUUID(),
      sub: 'user-alice',
      iat: now,
      exp: now + 3600,
      scope: 'read:weather read:places write:places',
      client_id: 'third-party-agent',
      iss: issuer,
      aud: audience,
      ...changes
    }
  }

  return {
    endpoint,
    issuer,
    audience,
    /** The keys it signs with; `ec` unless a token asks for another. */
    ec,
    rsa,
    claims,
    /** Every request it got, as `METHOD /path`. */
    requests,
    /** How often the key set was asked for. */
    get fetches () { return keySetRequests },
    /** From now on the key set is answered like this. */
    behave (next: KeySetBehaviour) { behaviour = next },
    /** From now on the key set holds exactly these keys (JWKs or key pairs). */
    publish (...keys: Array<SigningKey | Record<string, unknown>>) {
      published = keys.map(key => 'privateKey' in key ? (key as SigningKey).jwk : key)
    },
    /** From now on nobody listens at its address. */
    stop,
    /** Listens again, at the same address. */
    async resume (): Promise<void> {
      if (server.listening) return
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
    },
    /** An access token; changes with the value `undefined` remove a claim or a header parameter. */
    token (changes: Claims = {}, header: Record<string, unknown> = {}, { key = ec }: { key?: SigningKey } = {}): string {
      return signedToken({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header }, claims(changes), key)
    }
  }
}
