import type { Forecast, Observations, Place } from '../shapes.js'

/** How a question ended, as the page shows it. */
export type Outcome =
  | { readonly kind: 'forecast', readonly forecast: Forecast }
  | { readonly kind: 'observations', readonly observations: Observations }
  | { readonly kind: 'places', readonly places: readonly Place[] }
  | { readonly kind: 'saved', readonly place: Place }
  /** No rule of the planner fits; nothing was called. */
  | { readonly kind: 'unknown', readonly text: string }
  /** The person did not consent. */
  | { readonly kind: 'denied', readonly text: string }
  /** The person consented, and the permission still is not there. */
  | { readonly kind: 'refused', readonly scopes: readonly string[] }
  | { readonly kind: 'problem', readonly text: string }

export interface Exchange {
  readonly question: string
  readonly outcome: Outcome
}
