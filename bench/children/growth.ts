import type { IssuerInfo } from '../candidates/candidate.js'
import { buildVerifier } from '../candidates/scopegate.js'
import { garbage, madeUpKids } from '../forge.js'
import { answerCalls } from './answer-calls.js'
import { usageAfterGc } from './usage.js'

/** Tokens that nobody signed, through scopegate without HTTP: `growth <issuer as JSON>`. */
const issuer = JSON.parse(process.argv[2] ?? '') as IssuerInfo
const verify = await buildVerifier(issuer)
const kinds = [madeUpKids(issuer), garbage(issuer)]

answerCalls({ usage: usageAfterGc, refuse })

/** Sends so many, made-up kids and garbage by turns. @returns how many were refused: all, or something is wrong */
async function refuse (count: number): Promise<number> {
  let refused = 0
  for (let index = 0; index < count; index++) {
    const token = kinds[index % kinds.length]?.() ?? ''
    await verify(`Bearer ${token}`).catch(() => { refused += 1 })
    // As between requests: timers, and what the refusals left behind, get their turn.
    if (index % 100 === 0) await new Promise(resolve => { setImmediate(resolve) })
  }
  return refused
}
