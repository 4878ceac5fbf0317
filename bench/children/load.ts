import { answerCalls } from './answer-calls.js'
import { runLoad, stopLoad } from './load-run.js'
import { runTrickle } from './trickle.js'

/** The load generator, in a process of its own, so that its CPU is not the server's. */
answerCalls({ run: runLoad, stop: stopLoad, trickle: runTrickle })
