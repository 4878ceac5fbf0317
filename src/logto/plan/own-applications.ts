import type { DesiredApplication } from '../desired.js'

/** Member of an application's custom data: which of ours it is. */
export const MARK = 'scopegate'
/** Another: the API resource of the deployment it belongs to. One tenant may serve several, such as staging and production. */
export const RESOURCE_MARK = 'scopegateResource'
/** The first of an agent that a developer has registered: never ours here, whatever else it says. */
const AGENT_MARK = 'scopegateClient'

interface Marked { customData: Record<string, unknown> }
interface Recognisable extends Marked { name: string, type: string, isThirdParty: boolean }

/** @returns which of ours an application is, this deployment's or another's; `undefined`: none */
export function markOf ({ customData }: Marked): string | undefined {
  return Object.hasOwn(customData, AGENT_MARK) ? undefined : textOf(customData[MARK])
}

/** @returns the API resource of its deployment; `undefined`: it does not say, as when a person has marked it */
export function resourceOf ({ customData }: Marked): string | undefined {
  return textOf(customData[RESOURCE_MARK])
}

/** Whether it could be the desired one, made by hand: same name and kind, and no mark of any sort. */
export function isAdoptable ({ customData, ...found }: Recognisable, { name, type, isThirdParty }: DesiredApplication): boolean {
  if (Object.hasOwn(customData, MARK) || Object.hasOwn(customData, AGENT_MARK)) return false
  return found.name === name && found.type === type && found.isThirdParty === isThirdParty
}

/** The applications that are the desired one: by mark; for want of those, by name and kind. More than one: nobody can tell. */
export function candidates<A extends Recognisable> (wanted: DesiredApplication, applications: readonly A[]): A[] {
  const marked = applications.filter(application => markOf(application) === wanted.key && (resourceOf(application) ?? wanted.resource) === wanted.resource)
  return marked.length > 0 ? marked : applications.filter(application => isAdoptable(application, wanted))
}

function textOf (value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
