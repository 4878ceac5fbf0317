import { desiredTenant, type DesiredOptions } from '../logto/desired.js'

/** Names that people know as this service's own, or as the sign-in's. */
const names = ['Scopegate', 'Weather Service', 'Logto']

/** What no client may be taken for: the service, its sign-in, and the apps that it sets up itself. */
export function reservedNames (options: DesiredOptions): string[] {
  return [...names, ...desiredTenant(options).applications.map(({ name }) => name)]
}
