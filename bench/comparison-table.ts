import { candidateOf, isControl, type Label } from './candidates/index.js'
import type { Sample, Samples } from './compare.js'
import type { Report } from './report.js'
import { median, ratios } from './stats.js'
import { digits, spread } from './table.js'

/** Below it something else than the server held things up. */
const BUSY = 0.9

export interface TableOptions {
  title: string
  /** What ratios are taken to. */
  reference: Label
  /** A service that refuses is not being measured: anything but 2xx is an error. */
  report: Report
}

/** The table of a comparison and what has to be said about it. */
export function reportComparison (samples: Samples, { title, reference, report }: TableOptions): void {
  const base = samples.get(reference)
  if (base === undefined) throw new Error(`${title}: ${reference} was not measured`)
  const rows = [...samples].map(([label, own]) => row(label, own, base))
  report.table(title, ['candidate', 'requests/s', `to ${reference}`, 'lowest–highest', 'CPU µs/request', 'CPU ratio', 'server CPU', 'p50 ms', 'p99 ms', 'load CPU'], rows)
  noteControl(samples, base, reference, report)
  noteIdle(samples, report)
  reportRefusals(samples, title, report)
}

function row (label: Label, own: Sample[], base: Sample[]): string[] {
  const middle = (read: (sample: Sample) => number) => median(own.map(read))
  return [
    label,
    digits(middle(one => one.rate)),
    digits(rateRatio(own, base)),
    spread(rateRatios(own, base)),
    digits(middle(one => one.cpu)),
    digits(cpuRatio(own, base)),
    digits(middle(one => one.serverUtilisation)),
    digits(middle(one => one.p50)),
    digits(middle(one => one.p99)),
    digits(middle(one => one.utilisation))
  ]
}

/** Round by round, since what holds the machine up in a round holds all up; then the middle. */
function rateRatio (own: readonly Sample[], base: readonly Sample[]): number {
  return median(rateRatios(own, base))
}

/** The other way round: less CPU is better, so that for both ratios more is better. */
function cpuRatio (own: readonly Sample[], base: readonly Sample[]): number {
  return median(ratios(own.map(one => one.cpu), base.map(one => one.cpu)).map(ratio => 1 / ratio))
}

function rateRatios (own: readonly Sample[], base: readonly Sample[]): number[] {
  return ratios(own.map(one => one.rate), base.map(one => one.rate))
}

/** A difference that two equal servers show, too, is none. */
function noteControl (samples: Samples, base: readonly Sample[], reference: Label, report: Report): void {
  const control = [...samples].find(([label]) => isControl(label) && candidateOf(label) === reference)?.[1]
  if (control === undefined) throw new Error(`${reference} has no control`)
  for (const [name, ratioOf] of [['requests/s', rateRatio], ['CPU per request', cpuRatio]] as const) {
    const apart = distance(ratioOf(control, base))
    const within = [...samples].filter(([label, own]) => !isControl(label) && label !== reference && distance(ratioOf(own, base)) <= apart)
    report.note(`A/A control, ${name}: ${reference} is ${(apart * 100).toFixed(1)} % away from itself. ` +
      (within.length === 0 ? 'All differences are larger.' : `The control shows more noise than the difference of: ${within.map(([label]) => label).join(', ')}.`))
  }
  const single = rateRatios(control, base).map(distance)
  report.note(`In a single round the control strayed by up to ${(Math.max(...single) * 100).toFixed(1)} %.`)
}

function distance (ratio: number): number {
  return Math.abs(ratio - 1)
}

function noteIdle (samples: Samples, report: Report): void {
  const idle = [...samples].filter(([, own]) => median(own.map(one => one.serverUtilisation)) < BUSY).map(([label]) => label)
  if (idle.length > 0) report.note(`The server was not the bottleneck (server CPU below ${BUSY}): ${idle.join(', ')}. Where that is the limit, ratios of requests/s flatter the others; then look at the CPU ratio.`)
}

function reportRefusals (samples: Samples, title: string, report: Report): void {
  for (const [label, own] of samples) {
    const refused = own.reduce((sum, one) => sum + one.non2xx, 0)
    const lost = own.reduce((sum, one) => sum + one.errors, 0)
    if (refused > 0 || lost > 0) report.failure(`${title}: ${label} refused ${refused} good requests, and ${lost} were lost.`)
  }
}
