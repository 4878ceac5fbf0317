import { fail, pass, skip, warn, type Check } from '../check.js'
import { isMissing, type Answer } from '../http.js'
import type { World } from '../world.js'

/** Seconds. The first is the leeway that the service has for clocks. */
const WARN_ABOVE = 5
const FAIL_ABOVE = 60

/** Whether the clocks of Logto and of this machine agree. */
export function clockChecks ({ discovery }: World): Check[] {
  return [{
    id: 'clock',
    title: 'Clock',
    needs: ['endpoint-reachable'],
    async run () {
      const document = await discovery()
      const skew = isMissing(document) ? undefined : skewOf(document.answer)
      if (skew === undefined) return skip('Logto does not say what time it is.')
      const seconds = Math.round(Math.abs(skew))
      if (seconds <= WARN_ABOVE) return pass('Logto and this machine agree to within 5 s.')
      const detail = `By its answer Logto is about ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this machine; the service forgives 5 s. ${skew > 0 ? 'New tokens may be refused as not yet valid.' : 'Tokens end too early.'}`
      return (seconds > FAIL_ABOVE ? fail : warn)(detail, 'Have both machines set their clocks by the network (NTP).')
    }
  }]
}

function skewOf ({ headers, sent, received }: Answer): number | undefined {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? undefined : leastSkew(date, sent, received)
}

/**
 * The least by which the clock that gave `date` while a request was under way can differ from ours:
 * it said so somewhen between `sent` and `received`, and cut the fraction of a second off.
 * @param date all three in milliseconds since the epoch
 * @returns seconds; above 0: that clock is ahead
 */
export function leastSkew (date: number, sent: number, received: number): number {
  if (date > received) return (date - received) / 1000
  return Math.min(0, (date + 1000 - sent) / 1000)
}
