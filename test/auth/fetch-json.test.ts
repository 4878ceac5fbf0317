import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { fetchJson } from '../../src/auth/fetch-json.js'
import type { KeySetBehaviour } from '../kit/key-set-behaviour.js'
import { startIssuer } from '../kit/issuer.js'

// The limits of a fetch hold while garbage is collected: what would end it must not be collected, too.
// A fetch that never ends would keep the key store waiting for ever, and no key would come again.

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Milliseconds. */
const LIMIT = 500
const PATIENCE = 5_000

for (const behaviour of ['slow', 'trickling'] satisfies KeySetBehaviour[]) {
  await t.test(`${behaviour}: ended by its time limit, and by closing`, async t => {
    const issuer = await startIssuer(t)
    issuer.behave(behaviour)
    const collecting = setInterval(collectGarbage, 50)
    t.teardown(() => { clearInterval(collecting) })
    const closing = new AbortController()
    const begin = (timeout: number) => {
      const fetching = fetchJson(new URL('/oidc/jwks', issuer.endpoint), { timeout, maxBytes: 100_000 }, closing.signal).then(() => 'a document', () => 'ended')
      return Promise.race([fetching, new Promise(resolve => { setTimeout(resolve, PATIENCE, 'still under way').unref() })])
    }
    t.equal(await begin(LIMIT), 'ended', 'the time limit')
    const long = begin(60_000)
    setTimeout(() => { closing.abort(new Error('closed')) }, LIMIT)
    t.equal(await long, 'ended', 'closing')
    t.equal(await begin(60_000), 'ended', 'begun after closing')
  })
}
