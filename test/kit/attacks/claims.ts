import { signedToken } from '../jws.js'
import type { Claims } from '../issuer.js'
import { tokenAttack, type Attack, type Cast } from './attack.js'

const malformed = /^The access token is malformed/
const foreign = /another issuer/
const audience = /not meant for this API/

const nowInSeconds = () => Math.floor(Date.now() / 1000)
const valid = (cast: Cast, changes: Claims) => cast.issuer.token(changes)

function claim (name: string, values: Array<[string, unknown | ((cast: Cast) => unknown)]>, why: string, detail: RegExp): Attack[] {
  return values.map(([label, value]) => tokenAttack(`${name} ${label}`, why, detail, cast =>
    valid(cast, { [name]: typeof value === 'function' ? (value as (cast: Cast) => unknown)(cast) : value })))
}

const nothings: Array<[string, unknown]> = [['absent', undefined], ['empty', ''], ['a number', 7], ['null', null], ['an array', ['x']], ['an object', { x: 1 }], ['true', true], ['with a NUL', 'a\u0000b'], ['with a line feed', 'a\nb'], ['with half a character', 'a\ud800b']]

const issuers = claim('iss', [
  ['absent', undefined], ['null', null], ['a number', 1], ['empty', ''],
  ['an array with the right one', ({ issuer }: Cast) => [issuer.issuer]],
  ['an array with another', ({ issuer, rival }: Cast) => [rival.issuer, issuer.issuer]],
  ['an object', ({ issuer }: Cast) => ({ [issuer.issuer]: true })],
  ['with a slash at its end', ({ issuer }: Cast) => `${issuer.issuer}/`],
  ['without its path', ({ issuer }: Cast) => issuer.endpoint],
  ['in capitals', ({ issuer }: Cast) => issuer.issuer.toUpperCase()],
  ['with a space', ({ issuer }: Cast) => `${issuer.issuer} `],
  ['with more behind', ({ issuer }: Cast) => `${issuer.issuer}.example`],
  ['another', ({ rival }: Cast) => rival.issuer]
], 'one issuer, compared exactly (CVE-2025-30144)', foreign)

const audiences = claim('aud', [
  ['absent', undefined], ['null', null], ['a number', 1], ['empty', ''], ['an empty array', []], ['true', true],
  ['another', 'https://other.example/'],
  ['an array with a stranger behind', ({ issuer }: Cast) => [issuer.audience, 'https://other.example/']],
  ['an array with a stranger in front', ({ issuer }: Cast) => ['https://other.example/', issuer.audience]],
  ['an array with a number', ({ issuer }: Cast) => [issuer.audience, 1]],
  ['an array in an array', ({ issuer }: Cast) => [[issuer.audience]]],
  ['an object', ({ issuer }: Cast) => ({ 0: issuer.audience, length: 1 })],
  ['without its slash', ({ issuer }: Cast) => issuer.audience.slice(0, -1)],
  ['a prefix', ({ issuer }: Cast) => issuer.audience.slice(0, 12)],
  ['with more behind', ({ issuer }: Cast) => `${issuer.audience}mcp`],
  ['with more in front', ({ issuer }: Cast) => `x${issuer.audience}`],
  ['in capitals', ({ issuer }: Cast) => issuer.audience.toUpperCase()],
  ['with a space', ({ issuer }: Cast) => ` ${issuer.audience}`],
  ['the client id, as in an ID token', 'third-party-agent']
], 'a token for someone else must not work here', audience)

const noTimes: Array<[string, unknown]> = [
  ['a text of digits', String(nowInSeconds() + 3600)], ['a word', 'never'], ['null', null], ['an array', [nowInSeconds() + 3600]], ['an object', {}], ['true', true], ['negative', -1], ['empty', '']
]
const times: Attack[] = [
  ...claim('exp', [['absent', undefined], ...noTimes], 'a token that never ends', /lacks a valid "exp"/),
  ...claim('iat', [['absent', undefined], ...noTimes], 'required by RFC 9068 section 2.2', /lacks a valid "iat"/),
  ...claim('nbf', noTimes, 'a limit that can not be read is no limit', /lacks a valid "nbf"/),
  ...claim('exp', [['an hour ago', () => nowInSeconds() - 3600], ['10 s ago', () => nowInSeconds() - 10], ['zero', 0], ['in milliseconds of the year 1970', 1000]], 'expired', /has expired/),
  ...claim('nbf', [['in an hour', () => nowInSeconds() + 3600], ['in milliseconds', () => Date.now()]], 'not valid yet', /not valid yet/),
  ...claim('iat', [['in an hour', () => nowInSeconds() + 3600], ['in milliseconds', () => Date.now()]], 'issued in the future', /issued in the future/),
  // JSON.parse makes Infinity of it: a time that no clock reaches.
  tokenAttack('exp 1e999', 'a token that never ends', /lacks a valid "exp"/, ({ issuer }) =>
    signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, JSON.stringify(issuer.claims({ exp: 0 })).replace('"exp":0', '"exp":1e999'), issuer.ec))
]

const identities: Attack[] = ['sub', 'client_id', 'jti'].flatMap(name =>
  claim(name, nothings, 'whose data, for which client: never left open', new RegExp(`lacks a valid "${name}"`)))

const others: Attack[] = [
  ...claim('scope', [['an array', ['read:weather']], ['a number', 1], ['an object', { 'read:weather': true }], ['null', null], ['true', true]], 'permissions are a text (RFC 9068 section 2.2.3)', /lacks a valid "scope"/),
  ...claim('organization_id', nothings.slice(1), 'an organization that can not be read', /lacks a valid "organization_id"/)
]

const payloads: Attack[] = [
  ...['[]', '"x"', 'null', '1', 'true', '{', '{"a":1}}', 'undefined', ' '].map(text =>
    tokenAttack(`payload ${JSON.stringify(text)}`, 'claims are a JSON object; an array has none to check (CVE-2026-107723)', malformed, ({ issuer }) => signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, text, issuer.ec))),
  tokenAttack('payload an array around the claims', 'claims are a JSON object', malformed, ({ issuer }) => signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, [issuer.claims()], issuer.ec)),
  tokenAttack('payload with bytes that are no UTF-8', 'two readers may see two subjects', malformed, ({ issuer }) =>
    signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, Buffer.from(JSON.stringify(issuer.claims({ sub: 'user-\u00ff' })), 'latin1'), issuer.ec)),
  tokenAttack('header with bytes that are no UTF-8', 'two readers may see two headers', malformed, ({ issuer }) =>
    signedToken(Buffer.from(JSON.stringify({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid, x: 'user-\u00ff' }), 'latin1'), JSON.stringify(issuer.claims()), issuer.ec)),
  tokenAttack('payload after a byte order mark', 'JSON has none (RFC 8259 section 8.1)', malformed, ({ issuer }) =>
    signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, `\ufeff${JSON.stringify(issuer.claims())}`, issuer.ec)),
  tokenAttack('claims inherited by way of __proto__', 'only own members count', foreign, ({ issuer }) =>
    signedToken({ alg: 'ES384', typ: 'at+jwt', kid: issuer.ec.kid }, `{"__proto__":${JSON.stringify(issuer.claims())}}`, issuer.ec)),
  tokenAttack('an ID token', 'it speaks to the client, not to the API', /not a JWT access token/, ({ issuer }) =>
    issuer.token({ aud: 'third-party-agent', client_id: undefined, scope: undefined, jti: undefined, nonce: 'n' }, { typ: 'JWT' }))
]

/** What goes for the claims; all of them honestly signed. */
export const claimAttacks: readonly Attack[] = [...issuers, ...audiences, ...times, ...identities, ...others, ...payloads]
