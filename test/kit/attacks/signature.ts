import { createHmac, type KeyObject } from 'node:crypto'
import { encodePart, replaceParts, signedToken, splitToken } from '../jws.js'
import { createSigningKey } from '../keys.js'
import { derSignature } from './der-signature.js'
import { tokenAttack, type Attack, type Cast } from './attack.js'

const badSignature = /^The signature of the access token is not valid/
const badAlgorithm = /algorithm that is not accepted/
const unknownKey = /key that the issuer does not publish/
const malformed = /^The access token is malformed/

function unsigned (alg: unknown, { issuer }: Cast, signature = ''): string {
  return `${encodePart({ alg, typ: 'at+jwt', kid: issuer.ec.kid })}.${encodePart(issuer.claims())}.${signature}`
}

const none: Attack[] = ['none', 'None', 'NONE', 'nOnE', ''].flatMap(alg => [
  tokenAttack(`alg "${alg}" with an empty signature`, 'whoever writes it is let in', malformed, cast => unsigned(alg, cast)),
  tokenAttack(`alg "${alg}" with some signature`, 'whoever writes it is let in', badAlgorithm, cast => unsigned(alg, cast, 'AAAA'))
])

/** Every form in which a server may hold the public key that an attacker can use as HMAC secret. */
const secrets: Array<[string, (key: KeyObject, jwk: object) => string | Buffer]> = [
  ['PEM', key => pem(key)],
  ['PEM without the last line feed', key => pem(key).trim()],
  ['PEM after a space', key => ` ${pem(key)}`],
  ['PEM after a line feed', key => `\n${pem(key)}`],
  ['PEM after a byte order mark', key => `\ufeff${pem(key)}`],
  ['DER', key => key.export({ type: 'spki', format: 'der' })],
  ['JWK text', (_key, jwk) => JSON.stringify(jwk)]
]

const hmac: Attack[] = (['ec', 'rsa'] as const).flatMap(which => ['256', '384', '512'].flatMap(bits => secrets.map(([form, secret]) =>
  tokenAttack(`HS${bits} with the public ${which} key as ${form}`, 'a public key becomes a shared secret (CVE-2023-48223 and its heirs)', badAlgorithm, ({ issuer }) => {
    const key = issuer[which]
    const input = `${encodePart({ alg: `HS${bits}`, typ: 'at+jwt', kid: key.kid })}.${encodePart(issuer.claims())}`
    return `${input}.${createHmac(`sha${bits}`, secret(key.publicKey, key.jwk)).update(input).digest('base64url')}`
  }))))

const keys: Attack[] = [
  tokenAttack('another ES384 key under the same kid', 'a kid is only a name', badSignature, ({ issuer, rival }) => issuer.token({}, { kid: issuer.ec.kid }, { key: rival.ec })),
  tokenAttack('another RSA key under the same kid', 'a kid is only a name', badSignature, ({ issuer, rival }) => issuer.token({}, { kid: issuer.rsa.kid }, { key: rival.rsa })),
  tokenAttack('a key of another issuer under its own kid', 'only one issuer is trusted', unknownKey, ({ issuer, rival }) => issuer.token({}, {}, { key: rival.ec })),
  tokenAttack('a whole token of another issuer', 'only one issuer is trusted', /another issuer/, ({ rival }) => rival.token())
]

const mismatch: Attack[] = [
  tokenAttack('RS256 under the kid of the EC key', 'one key, one algorithm', unknownKey, ({ issuer }) => issuer.token({}, { kid: issuer.ec.kid }, { key: issuer.rsa })),
  tokenAttack('ES384 under the kid of the RSA key', 'one key, one algorithm', unknownKey, ({ issuer }) => issuer.token({}, { kid: issuer.rsa.kid })),
  tokenAttack('ES256 named, ES384 key', 'one key, one algorithm', unknownKey, ({ issuer }) => issuer.token({}, { alg: 'ES256' })),
  tokenAttack('RS256 named, ES384 key', 'one key, one algorithm', unknownKey, ({ issuer }) => issuer.token({}, { alg: 'RS256' })),
  tokenAttack('ES256 signed by a P-256 key under the kid of the EC key', 'one key, one algorithm', unknownKey, ({ issuer }) => issuer.token({}, {}, { key: createSigningKey('ES256', { kid: issuer.ec.kid }) })),
  ...['PS256', 'RS512', 'ES512', 'EdDSA', 'es384', 'ES384 ', 'ES384\u0000', ['ES384'], 384, null, undefined, { ES384: 1 }].map(alg =>
    tokenAttack(`alg ${JSON.stringify(alg)}`, 'only configured algorithms count', badAlgorithm, ({ issuer }) => issuer.token({}, { alg }))),
  ...[':', '%3A'].flatMap(separator => [`ES384${separator}x`, `${separator}ES384`]).map(alg =>
    tokenAttack(`alg "${alg}"`, 'cache keys must not run together (CVE-2025-59936)', badAlgorithm, ({ issuer }) => issuer.token({}, { alg })))
]

const withSignature = (token: string, change: (signature: Buffer) => Buffer): string =>
  replaceParts(token, { signature: change(Buffer.from(splitToken(token).signature, 'base64url')).toString('base64url') })

const changed: Array<[string, (signature: Buffer) => Buffer]> = [
  ['cut short by a byte', bytes => bytes.subarray(0, -1)],
  ['cut to a half', bytes => bytes.subarray(0, bytes.length / 2)],
  ['of one byte', () => Buffer.from([0])],
  ['a byte longer', bytes => Buffer.concat([bytes, Buffer.from([0])])],
  ['with a zero byte in front', bytes => Buffer.concat([Buffer.from([0]), bytes])],
  ['r = s = 0', bytes => Buffer.alloc(bytes.length)],
  ['r = s = 1', bytes => Buffer.alloc(bytes.length).fill(1, bytes.length / 2 - 1, bytes.length / 2).fill(1, bytes.length - 1)],
  ['of all ones', bytes => Buffer.alloc(bytes.length, 0xff)],
  ['with its halves swapped', bytes => Buffer.concat([bytes.subarray(bytes.length / 2), bytes.subarray(0, bytes.length / 2)])],
  ['as DER instead of raw', bytes => derSignature(bytes)],
  ['with one bit changed', bytes => Buffer.from(bytes.map((byte, index) => index === 7 ? byte ^ 1 : byte))]
]

const signatures: Attack[] = [
  ...changed.map(([form, change]) => tokenAttack(`ES384 signature ${form}`, 'a signature that is not the one', badSignature, ({ issuer }) => withSignature(issuer.token(), change))),
  tokenAttack('RS256 signature of zeros', 'a signature that is not the one', badSignature, ({ issuer }) => withSignature(issuer.token({}, {}, { key: issuer.rsa }), bytes => Buffer.alloc(bytes.length))),
  tokenAttack('the signature of another token', 'a signature that is not the one', badSignature, ({ issuer }) => replaceParts(issuer.token(), { signature: splitToken(issuer.token()).signature })),
  tokenAttack('claims exchanged after signing', 'more scopes than were given', badSignature, ({ issuer }) => replaceParts(issuer.token(), { payload: encodePart(issuer.claims({ scope: 'manage:agents' })) })),
  tokenAttack('header exchanged after signing', 'the header is signed, too', badSignature, ({ issuer }) => replaceParts(issuer.token(), { header: encodePart({ kid: issuer.ec.kid, alg: 'ES384', typ: 'at+jwt' }) })),
  tokenAttack('signed over the payload alone', 'the header is signed, too', badSignature, ({ issuer }) => replaceParts(issuer.token(), { signature: splitToken(signedToken('', encodePart(issuer.claims()), issuer.ec)).signature }))
]

function pem (key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

/** What goes for signature, algorithm and key. */
export const signatureAttacks: readonly Attack[] = [...none, ...hmac, ...keys, ...mismatch, ...signatures]
