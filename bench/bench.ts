import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startIssuer, type Issuer, type SigningAlgorithm } from './issuer.js'
import type { Options } from './options.js'
import type { Report } from './report.js'
import { createTokenPool, type TokenPool } from './token-pool.js'

/** What every workload is given. */
export interface Bench {
  options: Options
  report: Report
  issuer: Issuer
  pool: (alg: SigningAlgorithm) => TokenPool
}

/** Issuer and tokens for one run; `close` removes both. */
export async function openBench (options: Options, report: Report): Promise<Bench & { close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'scopegate-bench-'))
  const issuer = await startIssuer()
  const pools = { ES384: createTokenPool(issuer, 'ES384', folder), RS256: createTokenPool(issuer, 'RS256', folder) }
  return {
    options,
    report,
    issuer,
    pool: alg => pools[alg],
    async close () {
      await issuer.close()
      await rm(folder, { recursive: true })
    }
  }
}
