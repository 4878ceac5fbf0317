import { randomBytes } from 'node:crypto'
import type { Task } from '../agent/intent.js'
import type { Exchange } from '../agent/outcome.js'
import type { Checks, Tokens } from '../authorization.js'

/** An authorization request whose answer is awaited, and what it is for. */
export interface Pending {
  readonly task: Task
  readonly checks: Checks
  /** All scopes asked for since the question was put, this time included. */
  readonly asked: readonly string[]
}

/** What WeatherBot knows of one browser. The browser itself holds nothing but the id. */
export interface Session {
  readonly id: string
  tokens?: Tokens
  /** The API permissions last granted; outlives the tokens, so that a new sign-in asks for them again. */
  granted: readonly string[]
  /** By `state`; several tabs may be asking at once. */
  readonly pending: Map<string, Pending>
  /** What waits for the person's yes, by a random name. */
  readonly confirmations: Map<string, Task>
  /** Answers by a random name, oldest first. */
  readonly exchanges: Map<string, Exchange>
  /** The refresh under way: whoever needs new tokens meanwhile waits for the same ones. */
  refreshing?: Promise<void>
  usedAt: number
}

export interface SessionStoreOptions {
  readonly now: () => number
  /** Most sessions kept at a time. */
  readonly max?: number
}

const IDLE = 8 * 60 * 60_000
const MAX_PENDING = 5
const MAX_CONFIRMATIONS = 5
const MAX_EXCHANGES = 10

export const randomName = (): string => randomBytes(24).toString('base64url')

/** Sessions in memory: gone when the process ends, eight hours after their last use, or when there are too many. */
export class SessionStore {
  readonly #sessions = new Map<string, Session>()
  readonly #now: () => number
  readonly #max: number

  constructor ({ now, max = 1000 }: SessionStoreOptions) {
    this.#now = now
    this.#max = max
  }

  create (): Session {
    this.#makeRoom()
    const session: Session = { id: randomName(), granted: [], pending: new Map(), confirmations: new Map(), exchanges: new Map(), usedAt: this.#now() }
    this.#sessions.set(session.id, session)
    return session
  }

  find (id: string): Session | undefined {
    const session = this.#sessions.get(id)
    if (session === undefined) return undefined
    this.#sessions.delete(id)
    if (this.#expired(session)) return undefined
    session.usedAt = this.#now()
    this.#sessions.set(id, session) // at the end: the least recently used stay in front
    return session
  }

  /**
   * Moves a session to another id, so that one that somebody planted before the sign-in is worth
   * nothing afterwards. What still runs under the old id never sees what the new one is given.
   * @returns `undefined` if the session was ended meanwhile
   */
  renew (session: Session): Session | undefined {
    if (!this.#sessions.delete(session.id)) return undefined
    const renewed: Session = { ...session, id: randomName(), pending: new Map(session.pending), refreshing: undefined }
    this.#sessions.set(renewed.id, renewed)
    return renewed
  }

  end ({ id }: Session): void {
    this.#sessions.delete(id)
  }

  #expired ({ usedAt }: Session): boolean {
    return this.#now() - usedAt > IDLE
  }

  #makeRoom (): void {
    if (this.#sessions.size < this.#max) return
    const all = [...this.#sessions.values()]
    // Sessions that nobody signed in to go first: a flood of them must not sign people out.
    const victim = all.find(session => this.#expired(session)) ?? all.find(({ tokens }) => tokens === undefined) ?? all[0]
    if (victim !== undefined) this.end(victim)
  }
}

/** Keeps an authorization request until its answer comes; of too many the oldest is forgotten. */
export function addPending ({ pending }: Session, one: Pending): void {
  pending.set(one.checks.state, one)
  trim(pending, MAX_PENDING)
}

/** The authorization request that a callback belongs to: by its `state`, or the latest. Counts once. */
export function takePending ({ pending }: Session, state?: string): Pending | undefined {
  const name = state ?? [...pending.keys()].at(-1)
  const found = name === undefined ? undefined : pending.get(name)
  if (name !== undefined) pending.delete(name)
  return found
}

/** Keeps what has to be confirmed. @returns its name */
export function addConfirmation ({ confirmations }: Session, task: Task): string {
  const name = randomName()
  confirmations.set(name, task)
  trim(confirmations, MAX_CONFIRMATIONS)
  return name
}

/** What was to be confirmed; counts once. */
export function takeConfirmation ({ confirmations }: Session, name: string): Task | undefined {
  const task = confirmations.get(name)
  confirmations.delete(name)
  return task
}

/** Keeps an answer. @returns its name */
export function addExchange ({ exchanges }: Session, exchange: Exchange): string {
  const name = randomName()
  exchanges.set(name, exchange)
  trim(exchanges, MAX_EXCHANGES)
  return name
}

function trim (map: Map<string, unknown>, max: number): void {
  const [oldest] = map.keys()
  if (map.size > max && oldest !== undefined) map.delete(oldest)
}
