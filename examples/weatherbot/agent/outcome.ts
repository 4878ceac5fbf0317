import type { Args } from '../api/client.js'
import type { Forecast, Observations, Place } from '../shapes.js'

/** A call of the API: the tool's name and its arguments. */
export interface Called {
  readonly tool: string
  readonly args: Args
}

/** How a question ended, as the page shows it. */
export type Outcome =
  /** Of a saved place, if the question was about one. */
  | { readonly kind: 'forecast', readonly forecast: Forecast, readonly saved?: Place }
  | { readonly kind: 'observations', readonly observations: Observations, readonly saved?: Place }
  | { readonly kind: 'places', readonly places: readonly Place[] }
  | { readonly kind: 'saved', readonly place: Place }
  /** The answer of a tool that there is no view of its own for. */
  | { readonly kind: 'data', readonly data: unknown }
  /** A language model wants to change something; the person is asked first. */
  | { readonly kind: 'confirm', readonly confirmation: string, readonly call: Called, readonly title: string, readonly description: string }
  /** Nothing fits the question; nothing was called. */
  | { readonly kind: 'unknown', readonly text: string }
  /** The person did not consent. */
  | { readonly kind: 'denied', readonly text: string }
  /** The person consented, and the permission still is not there. */
  | { readonly kind: 'refused', readonly scopes: readonly string[] }
  | { readonly kind: 'problem', readonly text: string }

export interface Exchange {
  readonly question: string
  readonly outcome: Outcome
  /** What was called for it, in order. */
  readonly called: readonly Called[]
}
