import type { IssuerInfo } from '../candidates/candidate.js'
import { buildVerifier } from '../candidates/scopegate.js'
import { openRange, type TokenRange } from '../token-pool.js'
import { answerCalls } from './answer-calls.js'
import { usageAfterGc } from './usage.js'

/** What scopegate keeps for tokens it has seen: `memory <issuer as JSON>`. */
const verify = await buildVerifier(JSON.parse(process.argv[2] ?? '') as IssuerInfo)

answerCalls({ verifyAll, bytesFor })

/** One after the other; each token is its own text, which nobody else keeps. */
async function verifyAll (range: TokenRange): Promise<void> {
  const { bytes, at } = openRange(range)
  for (let index = 0; index < range.count; index++) await verify(`Bearer ${at(bytes, index)}`)
}

/** Bytes that are left after a full collection for each token of the range. */
async function bytesFor (range: TokenRange): Promise<number> {
  const before = usageAfterGc()
  await verifyAll(range)
  await new Promise(resolve => { setTimeout(resolve, 50) })
  const after = usageAfterGc()
  return (after.heapUsed + after.external - before.heapUsed - before.external) / range.count
}
