import type { Args } from '../api/client.js'
import type { Where } from '../planner/where.js'

/** What a question wants of the API; `unknown` calls nothing and says why. */
export type Intent =
  | { readonly kind: 'forecast', readonly where: Where, readonly days?: number }
  | { readonly kind: 'observations', readonly where: Where, readonly from?: string, readonly to?: string }
  | { readonly kind: 'places' }
  | { readonly kind: 'save', readonly where: Where, readonly name: string }
  /** A language model's choice. What writes is called only when the person has `confirmed` it. */
  | { readonly kind: 'call', readonly tool: string, readonly args: Args, readonly writes: boolean, readonly confirmed?: boolean }
  | { readonly kind: 'unknown', readonly because: string }

/** A question, and what it wants once that is known: it must not change on the way through a sign-in. */
export interface Task {
  readonly question: string
  readonly intent?: Intent
}

/** Whether it was to change something. */
export const writes = ({ intent }: Task): boolean => intent?.kind === 'save' || (intent?.kind === 'call' && intent.writes)
