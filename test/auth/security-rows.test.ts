import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { noDatabase, startTestApp } from '../kit/app.js'
import { rawRequest, requestText } from '../kit/http.js'
import { startIssuer } from '../kit/issuer.js'
import { encodePart, replaceParts, splitToken } from '../kit/jws.js'
import { createSigningKey } from '../kit/keys.js'

// What a remembered token may and may not do, over real HTTP: it opens for itself alone, only while
// its key and its time last, and in the header alone.

const issuer = await startIssuer(t)
const { app, port, call } = await startTestApp(t, { issuer, database: noDatabase })
const status = async (token: string) => (await call('/v1/me', token)).status
const subject = async (token: string) => (await (await call('/v1/me', token)).json() as { sub?: string }).sub
const raw = async (path: string, ...headers: string[]) => (await rawRequest(port, requestText(`GET ${path}`, headers))).status
const times = <T>(count: number, work: (number: number) => T): T[] => Array.from({ length: count }, (_, number) => work(number))

/** A token that is remembered. */
async function seenToken (t: Test, ...args: Parameters<typeof issuer.token>): Promise<string> {
  const token = issuer.token(...args)
  t.equal(await status(token), 200)
  const { hits } = app.authStats().tokens
  t.equal(await status(token), 200)
  t.equal(app.authStats().tokens.hits, hits + 1, 'it is remembered')
  return token
}

await t.test('the same valid token ten times: ten 200s, one check', async t => {
  for (const key of [issuer.ec, issuer.rsa]) {
    const token = issuer.token({}, {}, { key })
    const { checks } = app.authStats().checks
    for (let time = 1; time <= 10; time += 1) t.equal(await status(token), 200, `${key.alg}, time ${time}`)
    t.equal(app.authStats().checks.checks, checks + 1)
  }
})

await t.test('nothing but the whole token is the token, also where its end is the same', async t => {
  for (const key of [issuer.ec, issuer.rsa]) {
    const seen = await seenToken(t, { sub: 'alice' }, {}, { key })
    const other = await seenToken(t, { sub: 'bob' }, {}, { key })
    const { header, signature } = splitToken(seen)
    const tail = seen.slice(-12)
    const likenesses: Record<string, string> = {
      'another token\'s claims under the seen signature': replaceParts(other, { signature }),
      'claims of one\'s own under the seen signature': replaceParts(seen, { payload: encodePart(issuer.claims({ sub: 'mallory', scope: 'manage:agents' })) }),
      'another header before the seen rest': replaceParts(seen, { header: encodePart({ typ: 'at+jwt', kid: key.kid, alg: key.alg }) }),
      'another token up to the last 12 characters': other.slice(0, -12) + tail,
      'a signature of zeros up to the last 12 characters': replaceParts(seen, { signature: 'A'.repeat(signature.length - 12) + tail }),
      'one character in front': `A${seen}`,
      'four characters in front': `AAAA${seen}`,
      'the header twice': `${header}${seen}`,
      'a part in front': `${header}.${seen}`,
      'without its first character': seen.slice(1),
      'without its first four': seen.slice(4),
      'without its header': seen.slice(header.length),
      'its last 12 characters': tail,
      'its signature alone': signature,
      'three parts of its end': `${tail}.${tail}.${tail}`,
      'without its last character': seen.slice(0, -1),
      'one character behind': `${seen}A`,
      'itself behind': seen + seen
    }
    for (const [name, likeness] of Object.entries(likenesses)) {
      t.equal(await status(likeness), 401, `${key.alg}: ${name}`)
      t.equal(await subject(seen), 'alice', 'the seen one right after')
    }
    t.equal(await subject(other), 'bob')
  }
})

await t.test('many seen tokens at once: each answer is for its own bearer', async t => {
  const tokens = times(50, number => issuer.token({ sub: `user-${number}` }))
  for (const round of ['first sight', 'remembered']) {
    t.strictSame(await Promise.all(tokens.map(subject)), times(50, number => `user-${number}`), round)
  }
})

await t.test('in the header alone, and once; the scheme as one likes', async t => {
  const seen = await seenToken(t)
  const header = `Authorization: Bearer ${seen}`
  for (const line of [`authorization: bearer ${seen}`, `AUTHORIZATION: BEARER ${seen}`, `Authorization: Bearer  ${seen}`, `Authorization: Bearer ${seen}   `, `Authorization:\tBearer ${seen}\t`]) {
    t.equal(await raw('/v1/me', line), 200, JSON.stringify(line.replace(seen, '…')))
  }
  for (const lines of [[header, header], [header, 'Authorization: Bearer x'], ['Authorization: Basic YTpi', header], [header, 'Authorization:']]) t.equal(await raw('/v1/me', ...lines), 400, 'two headers')
  t.equal(await raw(`/v1/me?access_token=${seen}`), 400, 'in the query')
  t.equal(await raw(`/v1/me?access_token=${seen}`, header), 400, 'in query and header')
  for (const line of [`Authorization: Bearer ${seen} x`, `Authorization: Bearer ${seen},`, `Authorization: Bearer "${seen}"`, `Authorization: Bearer\t${seen}`]) t.equal(await raw('/v1/me', line), 400, JSON.stringify(line.replace(seen, '…')))
  t.equal(await raw('/v1/me', `Authorization: Basic ${seen}`), 401, 'another scheme')
  t.equal(await raw('/v1/me', `Cookie: access_token=${seen}`), 401, 'a cookie')
})

await t.test('50 first sights at once are one check; 50 times the same forgery is 401, and nothing is remembered', async t => {
  const before = app.authStats()
  const token = issuer.token()
  t.strictSame(await Promise.all(times(50, () => status(token))), Array(50).fill(200))
  t.equal(app.authStats().checks.checks, before.checks.checks + 1)
  t.equal(app.authStats().tokens.tokens, before.tokens.tokens + 1)
  const forged = replaceParts(token, { payload: encodePart(issuer.claims({ sub: 'mallory' })) })
  t.strictSame(await Promise.all(times(50, () => status(forged))), Array(50).fill(401))
  t.strictSame(new Set(await Promise.all(times(50, number => status(replaceParts(token, { payload: encodePart(issuer.claims({ sub: `mallory-${number}` })) }))))), new Set([401]))
  t.equal(app.authStats().tokens.tokens, before.tokens.tokens + 1, 'forgeries')
  t.equal(await status(token), 200)
})

await t.test('after exp only the leeway is left, for a token seen before as for a new one', async t => {
  const now = Math.floor(Date.now() / 1000)
  await Promise.all([['seen before its exp', now + 2], ['seen after it, within the leeway', now - 3]].map(async ([name, exp]) => {
    const end = (Number(exp) + 5) * 1000
    const token = issuer.token({ iat: now - 60, exp })
    t.equal(await status(token), 200, String(name))
    let [sent, answer] = [0, 200]
    while (answer === 200 && sent < end) {
      await pause(100)
      sent = Date.now()
      answer = await status(token)
    }
    // Refused at some time: not before the leeway's end, and at once when it was sent after it.
    t.equal(answer, 401, `${name}, sent ${sent - end} ms after the end`)
    t.ok(Date.now() >= end, 'not refused before')
    for (let time = 1; time <= 3; time += 1) t.equal(await status(token), 401, 'nor ever again')
  }))
})

await t.test('a key that is withdrawn takes its seen tokens along, at the next request', async t => {
  const [key, next] = [createSigningKey('ES384'), createSigningKey('ES384')]
  issuer.publish(issuer.ec, key)
  await app.keyStore.start()
  const seen = await seenToken(t, {}, {}, { key })
  const other = await seenToken(t)
  issuer.publish(issuer.ec, createSigningKey('ES384', { kid: key.kid }), next)
  await app.keyStore.start()
  t.equal(await status(seen), 401, 'another key under its name')
  t.equal(await status(other), 200, 'tokens under other keys stay')
  issuer.publish(issuer.ec)
  await app.keyStore.start()
  t.equal(await status(seen), 401, 'no key under its name')
  t.equal(await status(other), 200)
})

await t.test('no second way in: no jwtVerify for routes, no secret to sign with, no credentials by header schema', async t => {
  for (const name of ['jwtVerify', 'jwtDecode', 'user']) t.notOk(app.hasRequestDecorator(name), name)
  t.notOk(app.hasReplyDecorator('jwtSign'))
  t.notOk(app.hasDecorator('jwt'))
  t.ok(app.routeTable.every(({ schema }) => schema?.headers === undefined), 'header schemas compare names by case')
})
