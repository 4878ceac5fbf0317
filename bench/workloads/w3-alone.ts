import type { Bench } from '../bench.js'
import { checkRounds } from '../check-rounds.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { median, ratios } from '../stats.js'
import { digits, spread } from '../table.js'
import type { Way } from '../children/ways.js'

const names = {
  sync: 'bare crypto.verify on the event loop',
  'sync (again)': 'the same again (A/A control)',
  callback: 'bare crypto.verify on the thread pool',
  'callback (again)': 'the same again (A/A control)',
  scopegate: 'scopegate: app.accessTokens.principalOf',
  jose: 'jose: jwtVerify with a local key',
  'fast-jwt': 'fast-jwt: a verifier made once, no claims checked'
}

interface Field {
  inFlight: number
  /** The first is what ratios are taken to. */
  ways: readonly [Way & keyof typeof names, ...Array<Way & keyof typeof names>]
}

const crowd: Field = { inFlight: 8, ways: ['callback', 'callback (again)', 'scopegate', 'jose'] }
/** An RSA check that comes alone is made on the event loop. */
const alone: Field = { inFlight: 1, ways: ['sync', 'sync (again)', 'scopegate', 'fast-jwt'] }
const BATCH = { ES384: 700, RS256: 4_000 }
/** For each round of the others: the differences are small, and a batch takes a quarter of a second. */
const MORE_ROUNDS = 4

/** What verification costs beyond the signature check itself, without HTTP; every token new. */
export async function verifierAlone (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  await measure(bench, alg, crowd)
  if (alg === 'RS256') await measure(bench, alg, alone)
}

async function measure (bench: Bench, alg: SigningAlgorithm, { inFlight, ways }: Field): Promise<void> {
  const { rounds, quick } = bench.options
  progress(`W3 ${alg}: the verifier alone, ${inFlight} in flight`)
  const results = await checkRounds(bench, { ways, alg, inFlight, rounds: quick ? rounds : rounds * MORE_ROUNDS, batch: quick ? 100 : BATCH[alg] })
  const of = (way: Way) => results.get(way) ?? []
  const bare = of(ways[0])
  bench.report.table(
    `Verifier alone, ${alg}, new tokens, ${inFlight} in flight`,
    ['verifier', 'tokens/s', 'to bare', 'lowest–highest', 'CPU µs/token', 'CPU ratio'],
    ways.map(way => {
      const own = of(way)
      const rates = ratios(own.map(one => one.rate), bare.map(one => one.rate))
      const cpu = ratios(bare.map(one => one.cpu), own.map(one => one.cpu))
      return [names[way], digits(median(own.map(one => one.rate))), digits(median(rates)), spread(rates), digits(median(own.map(one => one.cpu))), digits(median(cpu))]
    })
  )
}
