import t from 'tap'
import type { KeyStore } from '../../src/auth/key-store.js'
import { signatureCheck } from '../../src/auth/signature.js'
import { startIssuer } from '../kit/issuer.js'
import { outcomeOf } from '../kit/outcome-of.js'
import { publishKeys, refusal, signatureCore, wholeWay } from './levels.js'
import { createTally, reasonToRefuse, weakness } from './reasons.js'
import { signatureGroup, tokenGroups, wycheproofFolder } from './vectors.js'

// No vector of Wycheproof that is invalid gets through, and each good one that is refused is refused
// for a reason that is named. Run with `WYCHEPROOF=<checkout> npm run test:wycheproof`.

wycheproofFolder()
/** The issuer has one of its own besides; see MAX_KEYS in key-source.ts. */
const KEYS_OF_ONE_SET = 99

for (const file of ['json_web_signature', 'json_web_key', 'json_web_crypto']) {
  await t.test(`${file}: no vector is an access token, and no invalid one has a good signature`, async t => {
    const issuer = await startIssuer(t)
    const tally = createTally()
    const seen = { accepted: [] as string[], unexplained: [] as string[], honestRefused: [] as string[], sharedSecrets: [] as string[] }
    for (const { keys, vectors } of tokenGroups(file)) {
      const store = await publishKeys(t, issuer, keys)
      const whole = wholeWay(issuer, store)
      const core = signatureCore(issuer, store, String(keys[0]?.['kid'] ?? 'own-0'))
      for (const level of [whole, core]) {
        const why = await refusal(level, issuer.token())
        if (why !== undefined) seen.honestRefused.push(why)
      }
      for (const { kid } of keys.filter(key => key['kty'] === 'oct')) {
        if (await store.find({ alg: 'ES384', kid: String(kid) }) !== undefined) seen.sharedSecrets.push(String(kid))
      }
      for (const { id, result, token } of vectors) {
        if (await refusal(whole, token) === undefined) seen.accepted.push(`${id}, the whole way`)
        const why = await refusal(core, token)
        if (result === 'invalid') {
          tally.add(why === undefined ? 'invalid accepted' : `invalid refused: ${why.split('.')[0]}`)
          if (why === undefined) seen.accepted.push(id)
          continue
        }
        const expected = reasonToRefuse(token, keys)
        tally.add(why === undefined ? `${result} accepted` : `${result} refused: ${expected?.reason ?? 'NO REASON'}`)
        if (expected === undefined ? why !== undefined : !expected.says.test(why ?? 'accepted')) seen.unexplained.push(`${id}: ${why ?? 'accepted'}`)
      }
    }
    for (const line of tally.lines()) t.comment(line)
    t.strictSame(seen.accepted, [], 'none is invalid and accepted')
    t.strictSame(seen.unexplained, [], 'none is good and refused without a reason')
    t.strictSame(seen.honestRefused, [], 'honest tokens pass both levels, so the refusals are the vectors\' own')
    t.strictSame(seen.sharedSecrets, [], 'no shared secret becomes a key')
    t.ok(tally.count('valid accepted') > 0 && tally.count('invalid refused') > 0, 'both kinds were tried')
  })
}

/** ES384 is Logto's default, and the JOSE files have no vector for it: here are those of its signature. */
const signatureFiles = {
  ecdsa_secp384r1_sha384_p1363: 'ES384',
  ecdsa_secp256r1_sha256_p1363: 'ES256',
  rsa_signature_2048_sha256: 'RS256',
  rsa_signature_3072_sha256: 'RS256',
  rsa_signature_4096_sha256: 'RS256'
} as const

for (const [file, alg] of Object.entries(signatureFiles)) {
  await t.test(`${file}: bare ${alg} signatures under keys from the key set`, async t => {
    const { keys, vectors } = signatureGroup(file)
    const stores = new Map<unknown, KeyStore>()
    // More keys than one set may hold.
    for (let from = 0; from < keys.length; from += KEYS_OF_ONE_SET) {
      const some = keys.slice(from, from + KEYS_OF_ONE_SET)
      const store = await publishKeys(t, await startIssuer(t), some)
      for (const { kid } of some) stores.set(kid, store)
    }
    const tally = createTally()
    const seen = { accepted: [] as string[], unexplained: [] as string[], weakUsed: [] as string[], otherwiseHere: [] as string[] }
    for (const { id, result, kid, message, signature } of vectors) {
      const key = await stores.get(kid)?.find({ alg, kid })
      const weak = weakness(keys.find(one => one['kid'] === kid) ?? {})
      if (weak !== undefined && key !== undefined) seen.weakUsed.push(kid)
      // An error of the check is a refusal, as in verify-token.ts.
      const check = key?.alg === alg ? signatureCheck(message, signature.toString('base64url'), key) : undefined
      const valid = check !== undefined && await outcomeOf(check).catch(() => false)
      if (check?.runHere && check.runHere() !== valid) seen.otherwiseHere.push(id)
      // RFC 8017 appendix A.2.4: verifiers may take the old form without NULL, and need not.
      const reason = weak ?? (result === 'acceptable' ? 'an old form that a verifier need not take' : undefined)
      tally.add(`${result} ${valid ? 'accepted' : 'refused'}${valid || reason === undefined ? '' : `: ${reason}`}`)
      if (valid && result === 'invalid') seen.accepted.push(id)
      if (!valid && result !== 'invalid' && reason === undefined) seen.unexplained.push(id)
    }
    for (const line of tally.lines()) t.comment(line)
    t.strictSame(seen, { accepted: [], unexplained: [], weakUsed: [], otherwiseHere: [] }, 'none is invalid and accepted, none good and refused without a reason, none judged otherwise on the event loop')
    t.ok(tally.count('valid accepted') > 0 && tally.count('invalid refused') > 0, 'both kinds were tried')
  })
}
