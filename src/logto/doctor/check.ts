/** `warn`: it works, but somebody should look at it. `skip`: there is nothing to say about it here. */
export type Status = 'pass' | 'warn' | 'fail' | 'skip'

export interface Finding {
  status: Status
  /** What was found, one or more sentences. */
  detail: string
  /** What to do about it: a variable, a command, a place in Logto's console. With `pass` it is advice. */
  remedy?: string
}

export interface Check {
  /** Stable, for programs and for docs/doctor.md. */
  id: string
  title: string
  /** Ids of earlier checks that must not have failed; else this one is skipped. */
  needs?: readonly string[]
  /** What it throws becomes a `fail`. */
  run: () => Promise<Finding> | Finding
}

export interface CheckResult extends Finding {
  id: string
  title: string
}

const finding = (status: Status) => (detail: string, remedy?: string): Finding => ({ status, detail, ...(remedy === undefined ? {} : { remedy }) })

export const pass = finding('pass')
export const skip = finding('skip')
export const warn: (detail: string, remedy: string) => Finding = finding('warn')
export const fail: (detail: string, remedy: string) => Finding = finding('fail')

const severity: readonly Status[] = ['skip', 'pass', 'warn', 'fail']

/** Several faults as one finding: the worst status, all details, each remedy once. Without faults: `otherwise`. */
export function together (faults: readonly Finding[], otherwise: Finding): Finding {
  if (faults.length === 0) return otherwise
  const status = severity[Math.max(...faults.map(fault => severity.indexOf(fault.status)))] ?? 'fail'
  const remedies = new Set(faults.flatMap(({ remedy }) => remedy ?? []))
  const detail = faults.map(fault => fault.detail).join(' ')
  return { status, detail, ...(remedies.size === 0 ? {} : { remedy: [...remedies].join(' ') }) }
}
