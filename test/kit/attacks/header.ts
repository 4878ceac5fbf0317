import { signedToken } from '../jws.js'
import { tokenAttack, type Attack } from './attack.js'

const malformed = /^The access token is malformed/
const noKid = /does not say which key signed it/
const unknownKey = /key that the issuer does not publish/
const badSignature = /^The signature of the access token is not valid/
const badType = /not a JWT access token/
const extension = /demands extensions/

const kids: Attack[] = [
  ...[undefined, '', 5, null, true, ['a'], { kid: 'a' }, 'k'.repeat(257), 'k'.repeat(4000), '\u0000', 'a\nb', '\ud800'].map(kid =>
    tokenAttack(`kid ${name(kid)}`, 'no key is named, so none may be guessed', noKid, ({ issuer }) => issuer.token({}, { kid }))),
  ...['made-up', '../../etc/passwd', '__proto__', 'constructor', 'toString', 'a b', '*', "' OR 1=1 --", '\ud83d\udd11'].map(kid =>
    tokenAttack(`kid ${name(kid)}`, 'a name is looked up, never run or walked', unknownKey, ({ issuer }) => issuer.token({}, { kid }))),
  ...[':', '%3A', '::', ': '].flatMap(separator => [
    tokenAttack(`kid with "${separator}" after the real one`, 'cache keys must not run together (CVE-2025-59936)', unknownKey, ({ issuer }) => issuer.token({}, { kid: `${issuer.ec.kid}${separator}x` })),
    tokenAttack(`kid with "${separator}" before the real one`, 'cache keys must not run together (CVE-2025-59936)', unknownKey, ({ issuer, rival }) => issuer.token({}, { kid: `ES384${separator}${issuer.ec.kid}` }, { key: rival.ec }))
  ]),
  tokenAttack('kid with a space around', 'names are compared exactly', unknownKey, ({ issuer }) => issuer.token({}, { kid: ` ${issuer.ec.kid} ` })),
  tokenAttack('kid in other case', 'names are compared exactly', unknownKey, ({ issuer }) => issuer.token({}, { kid: swapCase(issuer.ec.kid) }))
]

const types: Attack[] = [
  undefined, 'JWT', 'jwt', 'id+jwt', 'logout+jwt', 'at-jwt', 'at jwt', 'at+jwt ', ' at+jwt', 'at+jwt;v=1', 'at+jwtx', 'xat+jwt',
  'application/jwt', 'application/at+jwt;v=1', 'application//at+jwt', 'text/at+jwt', 'at+jwt\n', '', 1, null, ['at+jwt'], { typ: 'at+jwt' }
].map(typ => tokenAttack(`typ ${name(typ)}`, 'an ID token must not pass as an access token (RFC 9068 section 4)', badType, ({ issuer }) => issuer.token({}, { typ })))

const critical: Attack[] = [[], ['exp'], ['b64'], ['alg'], ['x'], 'exp', null, {}, true, ''].map(crit =>
  tokenAttack(`crit ${name(crit)}`, 'no extension is understood here (RFC 7515 section 4.1.11)', extension, ({ issuer }) => issuer.token({}, { crit, b64: true, x: 1 })))

/** Ways in which a header offers a key of the attacker's own. The key set of the rival must not be asked for. */
const ownKey: Attack[] = (['known', 'own'] as const).flatMap(which => {
  const [detail, of] = which === 'known' ? [badSignature, 'the real kid'] : [unknownKey, 'its own kid']
  const offers: Array<[string, (jwk: object, url: string) => object]> = [
    ['jku', (_jwk, url) => ({ jku: url })],
    ['jwk', jwk => ({ jwk })],
    ['x5u', (_jwk, url) => ({ x5u: url })],
    ['x5c', () => ({ x5c: ['MIIB'] })],
    ['all of them', (jwk, url) => ({ jku: url, jwk, x5u: url, x5c: ['MIIB'], iss: 'x' })]
  ]
  return offers.map(([offer, parameters]) => tokenAttack(`${offer} with the attacker's key under ${of}`, 'keys come from configuration alone', detail, ({ issuer, rival }) =>
    issuer.token({}, { ...parameters(rival.ec.jwk, `${rival.endpoint}/oidc/jwks`), kid: which === 'known' ? issuer.ec.kid : rival.ec.kid }, { key: rival.ec })))
})

const noObject: Attack[] = ['[]', '"x"', 'null', '1', 'true', '{', '{"alg":"ES384"', '[{"alg":"ES384"}]'].map(text =>
  tokenAttack(`header ${text}`, 'a header is a JSON object', malformed, ({ issuer }) => signedToken(text, issuer.claims(), issuer.ec)))

function name (value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value)
  return text.length < 50 ? text : `of ${text.length - 2} characters`
}

function swapCase (text: string): string {
  return text.replace(/[a-zA-Z]/g, letter => letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase())
}

/** What goes for the JOSE header. */
export const joseHeaderAttacks: readonly Attack[] = [...kids, ...types, ...critical, ...ownKey, ...noObject]
