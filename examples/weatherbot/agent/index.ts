import type { ApiClient, Tool } from '../api/client.js'
import { Challenged } from '../api/failure.js'
import { prepare } from '../authorization.js'
import type { Discover } from '../discovery.js'
import { NothingFits } from '../planner/nothing-fits.js'
import { addConfirmation, addPending, takeConfirmation, type Session } from '../session/store.js'
import { Trouble } from '../trouble.js'
import { carryOut } from './answers.js'
import { callerFor } from './caller.js'
import { carryOutCall } from './chosen.js'
import type { Intent, Task } from './intent.js'
import type { Called, Outcome } from './outcome.js'
import type { Api } from './work.js'

/** Finds out what a question wants: the planner's rules, or a language model. May look at the tools that there are. */
export type Understand = (question: string, tools: () => Promise<readonly Tool[]>) => Promise<Intent>

export interface AgentOptions {
  readonly api: ApiClient
  readonly understand: Understand
  readonly discover: Discover
  readonly redirectUri: string
  /** Told of each problem that the person is told of, too. */
  readonly report: (trouble: Trouble) => void
}

/** An outcome and what was called for it, or where the person must go first to allow more. */
export type Reply = { readonly outcome: Outcome, readonly called: readonly Called[] } | { readonly authorize: URL }

export type Agent = ReturnType<typeof createAgent>

/** More scopes than any question needs; an API that asks for more on and on is not obeyed. */
const MAX_ASKED = 20

/** The agent: turns a question into calls of the API, and the API's challenges into consent. */
export function createAgent (options: AgentOptions) {
  const { api, understand, discover, redirectUri, report } = options

  /**
   * Answers a question with the session's permissions.
   * @param asked the scopes that the person was just asked for on account of this question. What is
   *   missing although it was asked for is not asked for again: no loop.
   */
  async function ask (session: Session, given: Task, asked?: readonly string[]): Promise<Reply> {
    const called: Called[] = []
    const caller = callerFor(session, { api, asked, called })
    let task = given
    try {
      const intent = given.intent ?? await understand(given.question, caller.tools)
      task = { ...given, intent }
      return { outcome: await outcomeOf(session, task, intent, caller), called }
    } catch (error) {
      if (error instanceof Challenged) return await meet({ error, session, task, asked, called }).catch(trouble => problem(trouble, called))
      return problem(error, called)
    }
  }

  async function outcomeOf (session: Session, task: Task, intent: Intent, caller: Api): Promise<Outcome> {
    if (intent.kind !== 'call') return await carryOut(intent, caller)
    if (!intent.writes || intent.confirmed === true) return await carryOutCall(intent, caller)
    const { title, description } = (await caller.tools()).find(({ name }) => name === intent.tool) ?? { title: '', description: '' }
    return { kind: 'confirm', confirmation: addConfirmation(session, task), call: { tool: intent.tool, args: intent.args }, title, description }
  }

  /** The person's word on what a language model wants to change. `undefined`: nothing waits under this name. */
  async function decide (session: Session, confirmation: string, yes: boolean): Promise<{ task: Task, reply: Reply } | undefined> {
    const task = takeConfirmation(session, confirmation)
    if (task?.intent?.kind !== 'call') return undefined
    if (!yes) return { task, reply: { outcome: { kind: 'denied', text: 'You said no; nothing was changed.' }, called: [] } }
    return { task, reply: await ask(session, { ...task, intent: { ...task.intent, confirmed: true } }) }
  }

  interface Meeting { error: Challenged, session: Session, task: Task, asked?: readonly string[], called: readonly Called[] }

  /** The way out of a 401 or 403: consent, or the admission that it does not help. */
  async function meet ({ error, session, task, asked, called }: Meeting): Promise<Reply> {
    const { status, challenge } = error
    const { scopes: needed, description } = challenge
    if (status === 401 && asked !== undefined) {
      throw new Trouble('api_refused', `The weather service does not accept the sign-in${description === undefined ? '' : `: ${description.slice(0, 200)}`}.`, { status })
    }
    const before = asked ?? []
    const news = needed.filter(scope => !before.includes(scope))
    if (status === 403 && (news.length === 0 || before.length > MAX_ASKED)) {
      return { outcome: { kind: 'refused', scopes: needed }, called }
    }
    // What it may do already is asked for as well: the new tokens replace the old ones.
    const scopes = [...new Set([...before, ...session.granted, ...needed])]
    const known = challenge.resourceMetadata === undefined ? session.tokens?.server : undefined
    const { checks, url } = await prepare(known ?? await discover(challenge), redirectUri, scopes)
    addPending(session, { task, checks, asked: scopes })
    return { authorize: url }
  }

  function problem (error: unknown, called: readonly Called[] = []): Reply {
    if (!(error instanceof Trouble)) throw error
    if (error instanceof NothingFits) return { outcome: { kind: 'unknown', text: error.message }, called }
    report(error)
    return { outcome: { kind: 'problem', text: error.message }, called }
  }

  return { ask, decide, problem }
}
