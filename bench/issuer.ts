import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { IssuerInfo } from './candidates/candidate.js'

export type SigningAlgorithm = 'ES384' | 'RS256'

export interface SigningKey {
  kid: string
  alg: SigningAlgorithm
  privateKey: KeyObject
  jwk: Record<string, unknown>
}

/** A fresh key with a `kid` of 43 characters, as Logto's. Its RSA keys carry no `alg`. */
export function createSigningKey (alg: SigningAlgorithm): SigningKey {
  const { privateKey, publicKey } = alg === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const kid = randomBytes(32).toString('base64url')
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', ...(alg === 'ES384' ? { alg } : {}) } }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

/** A stand-in for Logto on loopback: a key set that counts who asks, and the discovery document. */
export async function startIssuer () {
  const keys = { ES384: createSigningKey('ES384'), RS256: createSigningKey('RS256') }
  let published = Object.values(keys)
  let fetches = 0
  let delay = 0

  const server = createServer((request, response) => {
    if (request.url === '/oidc/.well-known/openid-configuration') sendJson(response, discovery(info))
    // get-jwks' README pairing looks below the issuer, at a place of its own.
    else if (request.url === info.jwksPath || request.url === '/oidc/.well-known/jwks.json') {
      fetches += 1
      setTimeout(() => { sendJson(response, { keys: published.map(key => key.jwk) }) }, delay)
    } else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // A long audience: with it a token has about as many characters as one of Logto's.
  const audience = 'https://api.weather-service.production.eu-west-1.example.com/'
  const info: IssuerInfo = { issuer: `${endpoint}/oidc`, endpoint, jwksPath: '/oidc/jwks', audience }

  return {
    info,
    keys,
    /** How often the key set was asked for. */
    get fetches () { return fetches },
    /** From now on the key set holds this key, too. */
    publish (key: SigningKey) { published = [...published, key] },
    /** From now on the key set is answered after so many milliseconds. */
    answerAfter (milliseconds: number) { delay = milliseconds },
    async close () {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}

function sendJson (response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function discovery ({ issuer, endpoint, jwksPath }: IssuerInfo) {
  return {
    issuer,
    jwks_uri: `${endpoint}${jwksPath}`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/reg`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['ES384', 'RS256']
  }
}
