import { desiredTenant, type DesiredOptions } from '../logto/desired.js'

/** Names that people know as this service's own, as the sign-in's, or as the assistant they use it with. */
const names = ['Scopegate', 'Weather Service', 'Official App', 'Logto', 'ChatGPT', 'OpenAI']

/** What no client may be taken for: the service, its address, its sign-in, and what it sets up there itself. */
export function reservedNames (options: DesiredOptions): string[] {
  const { resources, roles, applications } = desiredTenant(options)
  return [...new Set([...names, new URL(options.publicUrl).hostname, ...[...resources, ...roles, ...applications].map(({ name }) => name)])]
}
