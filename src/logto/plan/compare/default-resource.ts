import type { Finding } from '../change.js'
import { change, type Comparing } from './comparing.js'

/** The tenant's default API resource, where the code wants one: there is one at most, so another loses it. */
export function compareDefaultResource ({ desired, state }: Comparing): Finding[] {
  const wanted = desired.resources.find(({ isDefault }) => isDefault === true)
  const now = state.resources.find(({ isDefault }) => isDefault)
  if (wanted === undefined || now?.indicator === wanted.indicator) return []
  const { indicator } = wanted
  return [change('update', 'default-resource', 'default API resource', [{ name: 'indicator', from: now?.indicator ?? null, to: indicator }], { do: 'make resource default', indicator })]
}
