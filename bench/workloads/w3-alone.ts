import type { Bench } from '../bench.js'
import { checkRounds } from '../check-rounds.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { median, ratios } from '../stats.js'
import { digits, spread } from '../table.js'
import type { Way } from '../children/ways.js'

const ways = ['callback', 'callback (again)', 'scopegate', 'jose'] as const satisfies Way[]
const names = {
  callback: 'bare crypto.verify on the thread pool',
  'callback (again)': 'the same again (A/A control)',
  scopegate: 'scopegate: app.accessTokens.principalOf',
  jose: 'jose: jwtVerify with a local key'
}
const IN_FLIGHT = 8
const BATCH = { ES384: 700, RS256: 4_000 }
/** For each round of the others: the differences are small, and a batch takes a quarter of a second. */
const MORE_ROUNDS = 4

/** What verification costs beyond the signature check itself, without HTTP; every token new. */
export async function verifierAlone (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { rounds, quick } = bench.options
  progress(`W3 ${alg}: the verifier alone`)
  const results = await checkRounds(bench, { ways, alg, inFlight: IN_FLIGHT, rounds: quick ? rounds : rounds * MORE_ROUNDS, batch: quick ? 100 : BATCH[alg] })
  const of = (way: Way) => results.get(way) ?? []
  const bare = of('callback').map(one => one.rate)
  bench.report.table(
    `Verifier alone, ${alg}, new tokens, ${IN_FLIGHT} in flight`,
    ['verifier', 'tokens/s', 'to bare', 'lowest–highest', 'CPU µs/token', 'CPU ratio'],
    ways.map(way => {
      const own = of(way)
      const rates = ratios(own.map(one => one.rate), bare)
      const cpu = ratios(of('callback').map(one => one.cpu), own.map(one => one.cpu))
      return [names[way], digits(median(own.map(one => one.rate))), digits(median(rates)), spread(rates), digits(median(own.map(one => one.cpu))), digits(median(cpu))]
    })
  )
}
