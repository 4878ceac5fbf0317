import t from 'tap'
import { createKeySource } from '../../src/auth/key-source.js'
import { supportedAlgorithms } from '../../src/auth/jws.js'
import { noDatabase, startTestApp } from '../kit/app.js'
import type { KeySetBehaviour } from '../kit/key-set-behaviour.js'
import { startIssuer, type TestIssuer } from '../kit/issuer.js'
import { createSigningKey } from '../kit/keys.js'

// Keys over real HTTP: the faults of an issuer one by one at the source, then what callers of the
// running service see of rotation, withdrawal and outage.

const sourceOf = (issuer: TestIssuer) => {
  const source = createKeySource({ endpoint: issuer.endpoint, jwksPath: '/oidc/jwks', algorithms: supportedAlgorithms })
  t.teardown(() => source.close())
  return source
}

await t.test('a set without a usable key is a fault: known keys stay in use', async t => {
  const issuer = await startIssuer(t)
  const { app, call } = await startTestApp(t, { issuer, database: noDatabase })
  const token = issuer.token()
  t.equal((await call('/v1/me', token)).status, 200)
  issuer.publish(createSigningKey('RS256', { bits: 1024 }))
  await app.keyStore.start()
  t.equal((await call('/v1/me', token)).status, 200)
})

await t.test('a healthy set: both keys, found alone and together', async t => {
  const issuer = await startIssuer(t)
  const source = sourceOf(issuer)
  t.strictSame([...(await source.readAll()).keys()], [issuer.ec.kid, issuer.rsa.kid])
  t.equal(await source.publishes({ kid: issuer.ec.kid, alg: 'ES384' }), true)
  t.equal(await source.publishes({ kid: issuer.rsa.kid, alg: 'RS256' }), true, 'RSA without alg')
  t.equal(await source.publishes({ kid: issuer.ec.kid, alg: 'RS256' }), false, 'under another algorithm')
  t.equal(await source.publishes({ kid: 'made-up', alg: 'ES384' }), false)
  t.equal(await source.publishes({ kid: `${issuer.ec.kid}:x`, alg: 'ES384' }), false)
  t.equal(issuer.fetches, 6, 'nothing is remembered here: that is the store\'s decision')
})

await t.test('a set with more keys than anybody has is a fault', async t => {
  const issuer = await startIssuer(t)
  const source = sourceOf(issuer)
  const many = Array.from({ length: 101 }, (_, number) => ({ ...issuer.ec, kid: `${number}`, jwk: { ...issuer.ec.jwk, kid: `${number}` } }))
  issuer.publish(...many)
  await t.rejects(source.readAll(), { message: /100 keys/ })
  issuer.publish(...many.slice(1))
  t.equal((await source.readAll()).size, 100)
})

await t.test('faults are errors, not answers', async t => {
  const elsewhere = await startIssuer(t)
  const issuer = await startIssuer(t, { elsewhere: `${elsewhere.endpoint}/oidc/jwks` })
  const source = sourceOf(issuer)
  for (const fault of ['down', 'switching', 'html', 'half-json', 'huge', 'redirect', 'empty', 'error', 'error-with-keys', 'no-object'] satisfies KeySetBehaviour[]) {
    issuer.behave(fault)
    await t.rejects(source.readAll(), Error, `${fault}, the whole set`)
    await t.rejects(source.publishes({ kid: issuer.ec.kid, alg: 'ES384' }), Error, `${fault}, one kid`)
  }
  t.strictSame(elsewhere.requests, [], 'a redirect is not followed')
  issuer.behave('healthy')
  t.equal((await source.readAll()).size, 2, 'and then it works again')
  const gone = createKeySource({ endpoint: 'http://127.0.0.1:1', jwksPath: '/oidc/jwks', algorithms: supportedAlgorithms })
  t.teardown(() => gone.close())
  await t.rejects(gone.readAll(), Error, 'nobody listens')
})

await t.test('a fetch that does not come to its end is given up', async t => {
  const silent = await startIssuer(t)
  const trickling = await startIssuer(t)
  silent.behave('slow')
  trickling.behave('trickling')
  // All at once, because each takes the whole 5 s.
  await Promise.all([silent, trickling].flatMap(issuer => {
    const source = sourceOf(issuer)
    return [t.rejects(source.readAll()), t.rejects(source.publishes({ kid: issuer.ec.kid, alg: 'ES384' }))]
  }))
  const source = sourceOf(silent)
  const pending = source.readAll()
  const outcome = t.rejects(pending, Error, 'closing ends a fetch')
  await source.close()
  await outcome
})

const status = async (app: Awaited<ReturnType<typeof startTestApp>>, token: string) => (await app.call('/v1/me', token)).status

await t.test('start: keys are fetched ahead, and a hundred first callers cause no more', async t => {
  const issuer = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  t.equal(issuer.fetches, 1, 'before any request')
  const answers = await Promise.all(Array.from({ length: 100 }, () => status(app, issuer.token())))
  t.strictSame(new Set(answers), new Set([200]))
  t.equal(issuer.fetches, 1)
})

await t.test('rotation and withdrawal', async t => {
  const issuer = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  const next = createSigningKey('ES384')
  const old = issuer.token()
  t.equal(await status(app, issuer.token({}, {}, { key: next })), 401, 'not yet published')
  issuer.publish(issuer.ec, next)
  await app.app.keyStore.start() // what the timer does after 10 min
  t.equal(await status(app, issuer.token({}, {}, { key: next })), 200)
  t.equal(await status(app, old), 200)
  issuer.publish(next)
  await app.app.keyStore.start()
  t.equal(await status(app, old), 401, 'a token of a withdrawn key')
  t.equal(await status(app, issuer.token({}, {}, { key: next })), 200)
})

await t.test('a new key is recognised without waiting for the refresh', async t => {
  const issuer = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  const next = createSigningKey('ES384')
  issuer.publish(issuer.ec, next)
  t.strictSame(await Promise.all(Array.from({ length: 20 }, () => status(app, issuer.token({}, {}, { key: next })))), Array(20).fill(200))
  t.equal(issuer.fetches, 3, 'start, one kid, whole set')
})

await t.test('a thousand made-up kids: one fetch, and honest callers get in all the while', async t => {
  const issuer = await startIssuer(t)
  const rival = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  const honest = issuer.token()
  const answers: number[] = []
  for (let round = 0; round < 20; round += 1) {
    const made = Array.from({ length: 50 }, (_, number) => issuer.token({}, { kid: `made-up-${round}-${number}` }, { key: rival.ec }))
    answers.push(...await Promise.all(made.map(token => status(app, token))))
    t.equal(await status(app, honest), 200)
  }
  t.strictSame([answers.length, new Set(answers)], [1000, new Set([401])])
  t.equal(issuer.fetches, 2)
})

await t.test('keys that must not be used, and tokens signed with them', async t => {
  const issuer = await startIssuer(t)
  const weak = createSigningKey('RS256', { bits: 1024 })
  const [encryption, twice, twin] = [createSigningKey('ES384'), createSigningKey('ES384', { kid: 'twice' }), createSigningKey('ES384', { kid: 'twice' })]
  issuer.publish(weak, { ...encryption.jwk, use: 'enc' }, twice, twin, issuer.ec)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  for (const [name, key] of Object.entries({ weak, encryption, twice, twin })) t.equal(await status(app, issuer.token({}, {}, { key })), 401, name)
  t.equal(await status(app, issuer.token()), 200, 'the good one beside them')
})

await t.test('the same kid at two issuers: each service knows its own key only', async t => {
  const [one, two] = [await startIssuer(t), await startIssuer(t)]
  const keys = [createSigningKey('ES384', { kid: 'same' }), createSigningKey('ES384', { kid: 'same' })] as const
  one.publish(keys[0])
  two.publish(keys[1])
  const apps = [await startTestApp(t, { issuer: one, database: noDatabase }), await startTestApp(t, { issuer: two, database: noDatabase })] as const
  t.equal(await status(apps[0], one.token({}, {}, { key: keys[0] })), 200)
  t.equal(await status(apps[1], two.token({}, {}, { key: keys[1] })), 200)
  t.equal(await status(apps[0], one.token({}, {}, { key: keys[1] })), 401)
  t.equal(await status(apps[1], two.token({}, {}, { key: keys[0] })), 401)
})

await t.test('an outage later: known keys go on; an outage at the start: 503, and it recovers by itself', async t => {
  const issuer = await startIssuer(t)
  const app = await startTestApp(t, { issuer, database: noDatabase })
  issuer.behave('html')
  await app.app.keyStore.start()
  t.equal(await status(app, issuer.token()), 200)
  t.equal(await status(app, issuer.token({}, { kid: 'made-up' })), 401)

  const late = await startTestApp(t, { issuer, database: noDatabase })
  t.equal(await status(late, issuer.token()), 503)
  issuer.behave('healthy')
  while (!late.app.keyStore.ready()) await new Promise(resolve => setTimeout(resolve, 50)) // no request wakes it
  t.equal(await status(late, issuer.token()), 200)
})
