import t from 'tap'
import { verifySignature } from '../../src/auth/signature.js'
import { startIssuer } from '../kit/issuer.js'
import { honestToken, publishKeys, refusal, signatureCore, wholeWay } from './levels.js'
import { createTally, reasonToRefuse, weakness } from './reasons.js'
import { signatureGroup, tokenGroups, wycheproofFolder, type Verdict } from './vectors.js'

// No vector of Wycheproof that is invalid gets through, and each good one that is refused is refused
// for a reason that is named. Run with `WYCHEPROOF=<checkout> npm run test:wycheproof`.

wycheproofFolder()

const joseFiles = ['json_web_signature', 'json_web_key', 'json_web_crypto']
/** ES384 is Logto's default, and the JOSE files have no vector for it: here are those of its signature. */
const signatureFiles = {
  ecdsa_secp384r1_sha384_p1363: 'ES384',
  ecdsa_secp256r1_sha256_p1363: 'ES256',
  rsa_signature_2048_sha256: 'RS256',
  rsa_signature_3072_sha256: 'RS256',
  rsa_signature_4096_sha256: 'RS256'
} as const

const good = (result: Verdict) => result !== 'invalid'

for (const file of joseFiles) {
  await t.test(`${file}: no vector is an access token; of the signatures no invalid one is accepted`, async t => {
    const issuer = await startIssuer(t)
    const tally = createTally()
    const accepted: string[] = []
    const unexplained: string[] = []
    for (const { keys, vectors } of tokenGroups(file)) {
      const store = await publishKeys(t, issuer, keys)
      const whole = wholeWay(issuer, store)
      const core = signatureCore(issuer, store, String(keys[0]?.['kid'] ?? 'own-0'))
      const honest = honestToken(issuer)
      t.equal(await refusal(whole, honest), undefined, 'an honest token passes the whole way')
      t.equal(await refusal(core, honest), undefined, 'and the core')
      for (const key of keys.filter(one => one['kty'] === 'oct')) {
        t.equal(await store.find({ alg: 'ES384', kid: String(key['kid']) }), undefined, 'a shared secret is no key')
      }
      for (const { id, result, token } of vectors) {
        if (await refusal(whole, token) === undefined) accepted.push(`${id}, the whole way`)
        const why = await refusal(core, token)
        if (why === undefined) {
          tally.add(`${result} accepted`)
          if (!good(result)) accepted.push(id)
        } else if (good(result)) {
          const expected = reasonToRefuse(token, keys)
          tally.add(`${result} refused: ${expected?.reason ?? 'NO REASON'}`)
          if (expected === undefined || !expected.says.test(why)) unexplained.push(`${id}: ${why}`)
        } else {
          tally.add(`${result} refused: ${why}`)
        }
      }
    }
    for (const line of tally.lines()) t.comment(line)
    t.strictSame(accepted, [], 'invalid, and accepted')
    t.strictSame(unexplained, [], 'good, and refused without a reason')
    t.ok(tally.count('valid accepted') > 0 && tally.count('invalid refused') > 0, 'both were tried')
  })
}

for (const [file, alg] of Object.entries(signatureFiles)) {
  await t.test(`${file}: ${alg} signatures, bare, under keys from the key set`, async t => {
    const issuer = await startIssuer(t)
    const { keys, vectors } = signatureGroup(file)
    const store = await publishKeys(t, issuer, keys)
    const tally = createTally()
    const accepted: string[] = []
    const unexplained: string[] = []
    for (const { id, result, kid, message, signature } of vectors) {
      const key = await store.find({ alg, kid })
      const valid = key?.alg === alg && await verifySignature(message, signature, key).catch(() => false)
      if (valid) {
        tally.add(`${result} accepted`)
        if (!good(result)) accepted.push(id)
        continue
      }
      const weak = weakness(keys.find(one => one['kid'] === kid) ?? {})
      // RFC 8017 appendix A.2.4: verifiers may take the old form without NULL, and need not.
      const reason = weak ?? (result === 'acceptable' ? 'an old form that a verifier need not take' : undefined)
      tally.add(`${result} refused${reason === undefined ? '' : `: ${reason}`}`)
      if ((weak === undefined) !== (key !== undefined) || (good(result) && reason === undefined)) unexplained.push(id)
    }
    for (const line of tally.lines()) t.comment(line)
    t.strictSame(accepted, [], 'invalid, and accepted')
    t.strictSame(unexplained, [], 'good, and refused without a reason; or a weak key in use')
    t.ok(tally.count('valid accepted') > 0 && tally.count('invalid refused') > 0, 'both were tried')
  })
}
