import type { VerificationKey } from '../../../auth/jwk.js'
import { supportedAlgorithms } from '../../../auth/jws.js'
import { createKeySource } from '../../../auth/key-source.js'
import { fail, pass, warn, type Check, type Finding } from '../check.js'
import { get, isMissing, parseObject } from '../http.js'
import { once } from '../once.js'
import { unusableKeys, type UnusableKey } from '../unusable-keys.js'
import { counted, listed, quoted } from '../../words.js'
import type { World } from '../world.js'

interface Keys {
  /** Empty: see `trouble`. */
  usable: VerificationKey[]
  unusable: UnusableKey[]
  trouble: string
}

/** Whether the service can check signatures with the keys that Logto publishes, and what that costs. */
export function keyChecks (world: World): Check[] {
  const keys = once(() => readKeys(world))

  return [{
    id: 'signing-keys',
    title: 'Signing keys',
    needs: ['endpoint-reachable'],
    async run () {
      return judge(await keys(), world)
    }
  }, {
    id: 'signing-algorithm',
    title: 'Signature algorithm',
    needs: ['signing-keys'],
    async run () {
      return algorithmOf((await keys()).usable, world.config.logto.embedded)
    }
  }]
}

/** Fetched by the service's own key source, within its limits; and once more to see what it leaves out. */
async function readKeys ({ config }: World): Promise<Keys> {
  const { endpoint, jwksPath } = config.logto
  const source = createKeySource({ endpoint, jwksPath, algorithms: supportedAlgorithms })
  const [verdict, published] = await Promise.all([
    source.readAll().then(usable => ({ usable: [...usable.values()], trouble: '' }), (error: unknown) => ({ usable: [], trouble: inWords(error) })),
    publishedKeys(`${endpoint}${jwksPath}`)
  ])
  await source.close()
  return { ...verdict, unusable: unusableKeys(published, supportedAlgorithms) }
}

async function publishedKeys (url: string): Promise<unknown[]> {
  const answer = await get(url)
  const keys = isMissing(answer) ? undefined : parseObject(answer.text)?.['keys']
  return Array.isArray(keys) ? keys : []
}

function judge ({ usable, unusable, trouble }: Keys, { config }: World): Finding {
  const leftOut = listed(unusable.map(({ name, why }) => `${name} (${why})`))
  if (usable.length === 0) {
    return fail(
      `Logto's keys at ${config.logto.endpoint}${config.logto.jwksPath} are of no use to the service: ${trouble}.${leftOut === '' ? '' : ` Left out: ${leftOut}.`}`,
      `Logto has to publish a signing key for ${supportedAlgorithms.join(', ')}: in its console, under Signing keys, rotate the private key.`
    )
  }
  const detail = `${counted(usable.length, 'usable key')}: ${listed(usable.map(({ kid }) => quoted(kid)))}.`
  if (unusable.length === 0) return pass(detail)
  const all = `${detail} The service ignores ${leftOut}.`
  if (unusable.every(({ forSignatures }) => !forSignatures)) return pass(all)
  return warn(all, 'Tokens signed with an ignored key are refused. In Logto\'s console, under Signing keys, rotate the private key, and delete the old one when its tokens have ended.')
}

function algorithmOf (keys: readonly VerificationKey[], embedded: boolean): Finding {
  const detail = `Tokens are signed with ${[...new Set(keys.map(({ alg }) => alg))].join(', ')}.`
  if (embedded || !keys.some(({ alg }) => alg === 'ES384')) return pass(detail)
  return pass(
    `${detail} To check an ES384 signature takes about 0.9 ms of processor time, 25 times as long as RS256; each token is checked once and then remembered.`,
    'Only where very many different tokens come in: in Logto\'s console, under Signing keys, rotate the private key to RSA.'
  )
}

function inWords (error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
