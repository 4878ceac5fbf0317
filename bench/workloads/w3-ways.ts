import type { Bench } from '../bench.js'
import { checkRounds } from '../check-rounds.js'
import type { Way } from '../children/ways.js'
import type { SigningAlgorithm } from '../issuer.js'
import { progress } from '../report.js'
import { median } from '../stats.js'
import { digits } from '../table.js'

const names = {
  sync: 'crypto.verify, synchronous',
  callback: 'crypto.verify, callback (thread pool)',
  'fast-jwt': 'fast-jwt verifier made once (synchronous)',
  'app.jwt': 'app.jwt.verify with a key per call (synchronous)',
  worker: 'fast-jwt verifier in a worker thread',
  jose: 'jose jwtVerify (thread pool)'
}
const ways = Object.keys(names) as Array<keyof typeof names & Way>
const IN_FLIGHT = 8
const MAX_ROUNDS = 3
const BATCH = { ES384: 600, RS256: 4_000 }

/** The price of one signature check, and for how long it keeps everything else waiting. */
export async function oneCheckSeveralWays (bench: Bench, alg: SigningAlgorithm): Promise<void> {
  const { quick } = bench.options
  progress(`W3 ${alg}: one check, several ways`)
  const rounds = Math.min(bench.options.rounds, MAX_ROUNDS)
  const results = await checkRounds(bench, { ways, alg, inFlight: IN_FLIGHT, rounds, batch: quick ? 60 : BATCH[alg] })
  bench.report.table(
    `One signature check, several ways, ${alg}, ${IN_FLIGHT} in flight`,
    ['way', 'CPU µs/check', 'checks/s', 'longest block of the event loop in a round, ms'],
    ways.map(way => {
      const own = results.get(way) ?? []
      return [
        names[way],
        digits(median(own.map(one => one.cpu))),
        digits(median(own.map(one => one.rate))),
        digits(median(own.map(one => one.longestBlock)))
      ]
    })
  )
}
