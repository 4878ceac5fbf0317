import { randomBytes } from 'node:crypto'
import { encodePart, replaceParts, signedToken, splitToken, withSpareBits } from '../jws.js'
import type { TestIssuer } from '../issuer.js'
import { headerAttack, tokenAttack, type Attack } from './attack.js'

const malformed = /^The access token is malformed/
const opaque = /opaque token/
const tooLong = /longer than 8192/

/** A valid token in which the given part leaves spare bits: claims of growing length until it fits. */
function tokenWithRoom (issuer: TestIssuer, part: 'header' | 'payload' | 'signature'): string {
  for (let length = 0; ; length += 1) {
    const filler = 'x'.repeat(length)
    // An RSA signature always leaves spare bits, an ES384 signature never.
    const token = issuer.token({ filler }, { filler }, { key: part === 'signature' ? issuer.rsa : issuer.ec })
    if (withSpareBits(splitToken(token)[part]) !== undefined) return token
  }
}

const spelling: Attack[] = (['header', 'payload', 'signature'] as const).map(part =>
  tokenAttack(`spare bits in the ${part}`, 'one token, one form: else a cache or a revocation list is passed by', malformed, ({ issuer }) => {
    const token = tokenWithRoom(issuer, part)
    return replaceParts(token, { [part]: withSpareBits(splitToken(token)[part]) ?? '' })
  }))

const alphabet: Attack[] = [
  headerAttack('padding in the header part', 'not base64url of JWS', ({ issuer }) => `Bearer ${issuer.token().replace('.', '=.')}`),
  tokenAttack('padding at the end', 'not base64url of JWS', malformed, ({ issuer }) => `${issuer.token()}=`),
  tokenAttack('base64 instead of base64url', 'two forms of one token', malformed, ({ issuer }) => {
    for (;;) { // until the signature has a character that tells the two alphabets apart
      const token = issuer.token()
      const { signature } = splitToken(token)
      if (/[-_]/.test(signature)) return replaceParts(token, { signature: signature.replaceAll('-', '+').replaceAll('_', '/') })
    }
  }),
  ...['~', '+', '/'].map(character => tokenAttack(`"${character}" in a part`, 'a lenient decoder skips it', malformed, ({ issuer }) => `${issuer.token()}${character}`)),
  ...[' ', '\t', ',', ';', '"', '\\', '%20', '\u00ff', '\u00a0', '(', '{', '*', '$'].map(character =>
    headerAttack(`${JSON.stringify(character)} in the token`, 'not a b64token (RFC 6750 section 2.1)', ({ issuer }) => `Bearer ${issuer.token().replace('.', `${character}.`)}`)),
  headerAttack('two tokens', 'one token a request', ({ issuer }) => `Bearer ${issuer.token()} ${issuer.token()}`),
  headerAttack('two tokens with a comma', 'one token a request', ({ issuer }) => `Bearer ${issuer.token()},Bearer ${issuer.token()}`),
  headerAttack('a tab after the scheme', 'RFC 6750 section 2.1: a space', ({ issuer }) => `Bearer\t${issuer.token()}`),
  headerAttack('no space after the scheme', 'RFC 6750 section 2.1: a space', () => 'Bearer:abc'),
  headerAttack('the scheme alone', 'no token at all', () => 'Bearer'),
  headerAttack('only padding', 'no token at all', () => 'Bearer ='),
  headerAttack('quotes around', 'not a b64token', ({ issuer }) => `Bearer "${issuer.token()}"`),
  headerAttack('as a parameter', 'not a b64token', ({ issuer }) => `Bearer token="${issuer.token()}"`)
]

const parts: Attack[] = [
  tokenAttack('two parts', 'no signature', malformed, ({ issuer }) => issuer.token().split('.').slice(0, 2).join('.')),
  tokenAttack('four parts', 'which is the signature?', malformed, ({ issuer }) => `${issuer.token()}.AAAA`),
  tokenAttack('a dot at the end', 'which is the signature?', malformed, ({ issuer }) => `${issuer.token()}.`),
  tokenAttack('a dot in front', 'which is the header?', malformed, ({ issuer }) => `.${issuer.token()}`),
  tokenAttack('five parts, as an encrypted token has', 'it can not be read here', malformed, ({ issuer }) =>
    [encodePart({ alg: 'ECDH-ES', enc: 'A256GCM', typ: 'at+jwt', kid: issuer.ec.kid }), '', ...[12, 64, 16].map(length => randomBytes(length).toString('base64url'))].join('.')),
  ...(['header', 'payload', 'signature'] as const).map(part => tokenAttack(`an empty ${part}`, 'nothing to check', malformed, ({ issuer }) => replaceParts(issuer.token(), { [part]: '' }))),
  tokenAttack('dots only', 'nothing to check', malformed, () => '..'),
  tokenAttack('one dot', 'nothing to check', malformed, () => '.'),
  tokenAttack('a token in a token', 'the outer one has no claims', malformed, ({ issuer }) => signedToken({ alg: 'ES384', typ: 'at+jwt', cty: 'JWT', kid: issuer.ec.kid }, issuer.token(), issuer.ec)),
  tokenAttack('a thousand lists, each in the other', 'reading them takes longer than the check of a signature', /too complex/, ({ issuer }) => issuer.token({ nested: JSON.parse('['.repeat(1000) + ']'.repeat(1000)) as unknown })),
  tokenAttack('a thousand objects in the header', 'reading them takes longer than the check of a signature', /too complex/, ({ issuer }) => issuer.token({}, { many: Array(1000).fill({}) })),
  tokenAttack('three parts of rubbish', 'nothing to read', malformed, () => 'abc.def.ghi')
]

const others: Attack[] = [
  tokenAttack('an opaque token', 'Logto gives one when no resource was asked for', opaque, () => randomBytes(32).toString('base64url')),
  tokenAttack('one character', 'no token at all', opaque, () => 'x'),
  tokenAttack('a signed token of more than 8192 characters', 'work without bound', tooLong, ({ issuer }) => issuer.token({ filler: 'x'.repeat(8192) })),
  tokenAttack('8193 characters', 'work without bound', tooLong, () => 'x'.repeat(8193)),
  tokenAttack('8192 characters of dots', 'work without bound', malformed, () => '.'.repeat(8192))
]

/** What goes for the form of header and token, before anything in it is read. */
export const formAttacks: readonly Attack[] = [...spelling, ...alphabet, ...parts, ...others]
