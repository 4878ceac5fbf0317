import { candidates } from '../candidates/index.js'
import type { IssuerInfo, StartCandidate } from '../candidates/candidate.js'
import { answerCalls } from './answer-calls.js'
import { growOld } from './grow-old.js'
import { usage } from './usage.js'

/** One candidate in a process of its own: `server <candidate> <issuer as JSON> <port>`. */
const [, , name = '', issuer = '', port = '0'] = process.argv
if (!candidates.some(candidate => candidate === name)) throw new Error(`there is no candidate "${name}"`)
// Only the one asked for is loaded: start-up time is measured, too.
const { default: start } = await import(`../candidates/${name}.js`) as { default: StartCandidate }
answerCalls({ usage, growOld }, await start(JSON.parse(issuer) as IssuerInfo, Number(port)))
