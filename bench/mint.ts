import { randomBytes, sign } from 'node:crypto'
import type { IssuerInfo } from './candidates/candidate.js'
import type { SigningKey } from './issuer.js'

/** As many as the thread pool has threads. */
const AT_ONCE = 4
const hashes = { ES384: 'sha384', RS256: 'sha256' } as const

/** Users are many, their agents and apps few. */
const clientIds = Array.from({ length: 20 }, () => randomBytes(16).toString('base64url').slice(0, 21))

/** Access tokens in Logto's form, every one its own; signed on the thread pool. */
export async function mint (key: SigningKey, info: IssuerInfo, count: number): Promise<string[]> {
  const tokens: string[] = []
  let started = 0
  async function work (): Promise<void> {
    while (started < count) {
      started += 1
      tokens.push(await signToken(key, claims(info)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return tokens
}

/** The claims of a Logto access token for a user. All of the same length, so that tokens in a file can be counted off. */
export function claims ({ issuer, audience }: IssuerInfo): object {
  const now = Math.floor(Date.now() / 1000)
  return {
    jti: randomBytes(32).toString('base64url'),
    sub: randomBytes(6).toString('hex'),
    iat: now,
    exp: now + 4 * 3600, // longer than any run
    scope: 'read:weather read:places write:places manage:agents manage:clients',
    client_id: clientIds[Math.floor(Math.random() * clientIds.length)],
    iss: issuer,
    aud: audience
  }
}

export function signingInput (header: object, payload: object): string {
  return `${encode(header)}.${encode(payload)}`
}

function signToken (key: SigningKey, payload: object): Promise<string> {
  const input = signingInput({ alg: key.alg, typ: 'at+jwt', kid: key.kid }, payload)
  return new Promise((resolve, reject) => {
    sign(hashes[key.alg], Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
      error ? reject(error) : resolve(`${input}.${signature.toString('base64url')}`)
    })
  })
}

function encode (part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
