import type { DesiredApplication } from '../desired.js'

/** Member of an application's custom data: which of ours it is. */
export const MARK = 'scopegate'
/** The same of an agent that a developer has registered: never ours here, whatever else it says. */
const AGENT_MARK = 'scopegateClient'

interface Marked { customData: Record<string, unknown> }
interface Recognisable extends Marked { name: string, type: string, isThirdParty: boolean }

/** @returns which of ours an application is; `undefined`: none */
export function markOf ({ customData }: Marked): string | undefined {
  const mark = customData[MARK]
  return typeof mark === 'string' && !Object.hasOwn(customData, AGENT_MARK) ? mark : undefined
}

/** Whether it could be the desired one, made by hand: same name and kind, and no mark of any sort. */
export function isAdoptable ({ customData, ...found }: Recognisable, { name, type, isThirdParty }: DesiredApplication): boolean {
  if (Object.hasOwn(customData, MARK) || Object.hasOwn(customData, AGENT_MARK)) return false
  return found.name === name && found.type === type && found.isThirdParty === isThirdParty
}

/** The applications that are the desired one: by mark; for want of those, by name and kind. More than one: nobody can tell. */
export function candidates<A extends Recognisable> (wanted: DesiredApplication, applications: readonly A[]): A[] {
  const marked = applications.filter(application => markOf(application) === wanted.key)
  return marked.length > 0 ? marked : applications.filter(application => isAdoptable(application, wanted))
}
