import { Challenged, type CallApi } from '../api.js'
import { prepare } from '../authorization.js'
import type { Discover } from '../discovery.js'
import { plan } from '../planner/index.js'
import { addPending, type Session } from '../session/store.js'
import { Trouble } from '../trouble.js'
import { carryOut } from './answers.js'
import { callerFor } from './caller.js'
import type { Outcome } from './outcome.js'

export interface AgentOptions {
  readonly api: CallApi
  readonly discover: Discover
  readonly redirectUri: string
  readonly now: () => number
  /** Told of each problem that the person is told of, too. */
  readonly report: (trouble: Trouble) => void
}

/** An outcome, or where the person must go first to allow more. */
export type Reply = { readonly outcome: Outcome } | { readonly authorize: URL }

export type Agent = ReturnType<typeof createAgent>

/** More scopes than any question needs; an API that asks for more on and on is not obeyed. */
const MAX_ASKED = 20

/** The agent: turns a question into calls of the API, and the API's challenges into consent. */
export function createAgent (options: AgentOptions) {
  const { api, discover, redirectUri, now, report } = options

  /**
   * Answers a question with the session's permissions.
   * @param asked the scopes that the person was just asked for on account of this question. What is
   *   missing although it was asked for is not asked for again: no loop.
   */
  async function ask (session: Session, question: string, asked?: readonly string[]): Promise<Reply> {
    try {
      return { outcome: await carryOut(plan(question, new Date(now())), callerFor(session, api)) }
    } catch (error) {
      if (error instanceof Challenged) return await meet(error, session, question, asked).catch(problem)
      return problem(error)
    }
  }

  /** The way out of a 401 or 403: consent, or the admission that it does not help. */
  async function meet ({ status, challenge }: Challenged, session: Session, question: string, asked?: readonly string[]): Promise<Reply> {
    const { scopes: needed, description } = challenge
    if (status === 401 && asked !== undefined) {
      throw new Trouble(`The weather service does not accept the sign-in${description === undefined ? '' : `: ${description.slice(0, 200)}`}.`)
    }
    const before = asked ?? []
    const news = needed.filter(scope => !before.includes(scope))
    if (status === 403 && (news.length === 0 || before.length > MAX_ASKED)) {
      return { outcome: { kind: 'refused', scopes: needed } }
    }
    // What it may do already is asked for as well: the new tokens replace the old ones.
    const scopes = [...new Set([...before, ...session.granted, ...needed])]
    const { checks, url } = await prepare(await discover(challenge), redirectUri, scopes)
    addPending(session, { question, checks, asked: scopes })
    return { authorize: url }
  }

  function problem (error: unknown): Reply {
    if (!(error instanceof Trouble)) throw error
    report(error)
    return { outcome: { kind: 'problem', text: error.message } }
  }

  return { ask, problem }
}
