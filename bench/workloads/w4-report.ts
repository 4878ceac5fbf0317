import type { Label } from '../candidates/index.js'
import type { LoadResult } from '../children/load-run.js'
import type { TrickleResult } from '../children/trickle.js'
import type { Report } from '../report.js'
import { median, ratios } from '../stats.js'
import { digits, spread } from '../table.js'

export const FLOOD_CONNECTIONS = 20
export const CLIENT_CONNECTIONS = 5

const besides = { alone: 'alone', again: 'alone, again (A/A control)', open: 'beside the open route', forged: 'beside forgeries' } as const
type Beside = keyof typeof besides

export interface ClientSample {
  label: Label
  beside: Beside
  client: LoadResult
  flood?: LoadResult
}

export interface Newcomers extends TrickleResult {
  label: Label
  address: string
}

export function reportClients (samples: readonly ClientSample[], alg: string, report: Report): void {
  const labels = [...new Set(samples.map(one => one.label))]
  const of = (label: Label, beside: Beside) => samples.filter(one => one.label === label && one.beside === beside)
  const rows = labels.flatMap(label => (Object.keys(besides) as Beside[]).map(beside => {
    const own = of(label, beside)
    const middle = (read: (one: LoadResult) => number) => digits(median(own.map(one => read(one.client))))
    const rates = (list: readonly ClientSample[]) => list.map(one => one.client.rate)
    const toOpen = ratios(rates(own), rates(of(label, 'open')))
    return [
      label,
      besides[beside],
      middle(one => one.rate),
      beside === 'alone' || beside === 'again' ? '–' : digits(median(toOpen)),
      beside === 'forged' ? spread(toOpen) : '–',
      digits(median(ratios(rates(own), rates(of(label, 'alone'))))),
      middle(one => one.p50),
      middle(one => one.p99),
      middle(one => one.p999),
      digits(median(own.flatMap(one => one.flood?.rate ?? [])))
    ]
  }))
  report.table(`W4, ${alg}: a client with a seen token (${CLIENT_CONNECTIONS} connections), flood on ${FLOOD_CONNECTIONS} connections`,
    ['candidate', 'client', 'requests/s', 'to open flood', 'lowest–highest', 'to alone', 'p50 ms', 'p99 ms', 'p99.9 ms', 'flood requests/s'], rows)
  reportFaults(samples, alg, report)
}

function reportFaults (samples: readonly ClientSample[], alg: string, report: Report): void {
  for (const { label, beside, client, flood } of samples) {
    if (client.non2xx > 0 || client.errors > 0) report.failure(`W4, ${alg}: ${label} ${besides[beside]} refused ${client.non2xx} requests of the honest client, and ${client.errors} were lost.`)
    const admitted = flood === undefined || beside !== 'forged' ? 0 : flood.completed - flood.non2xx
    if (admitted > 0) report.failure(`W4, ${alg}: ${label} let ${admitted} forged tokens in.`)
  }
}

export function reportNewcomers (newcomers: readonly Newcomers[], alg: string, report: Report): void {
  report.table(`W4, ${alg}: new honest tokens during the flood, 20 a second`,
    ['candidate', 'from', 'sent', 'failures', 'p50 ms', 'p99 ms', 'longest ms'],
    newcomers.map(one => [one.label, one.address, digits(one.sent), digits(one.failures), digits(one.p50), digits(one.p99), digits(one.max)]))
  report.note('The flood comes from 127.0.0.1: a newcomer from 127.0.0.2 is another source, one from 127.0.0.1 stands in the flood\'s own queue.')
}
