/** A way in which two addresses that should be the same differ. */
export type Difference = 'scheme' | 'host' | 'port' | 'path' | 'slash' | 'spelling'

/** Slips of the pen: whoever wrote it meant the same. */
const SLIPS: readonly Difference[] = ['scheme', 'slash', 'spelling']

/** How `found` differs from `wanted`, where both are compared exactly. Empty: not at all. */
export function differences (wanted: string, found: string): Difference[] {
  if (wanted === found) return []
  const [left, right] = [parse(wanted), parse(found)]
  if (left === undefined || right === undefined) return [wanted.toLowerCase() === found.toLowerCase() ? 'spelling' : 'path']
  const all: Array<Difference | false> = [
    left.protocol !== right.protocol && 'scheme',
    left.hostname !== right.hostname && 'host',
    left.port !== right.port && 'port',
    pathOf(left).toLowerCase() !== pathOf(right).toLowerCase() && 'path',
    wanted.endsWith('/') !== found.endsWith('/') && 'slash'
  ]
  const list = all.filter(difference => difference !== false)
  if (list.some(difference => !SLIPS.includes(difference))) return list
  // What is left are upper and lower case, a default port that is written out, and the like.
  return list.length > 0 && bare(wanted) === bare(found) ? list : [...list, 'spelling']
}

/** Whether somebody meant the same: only scheme, trailing slash or spelling differ. */
export function isNearMiss (wanted: string, found: string): boolean {
  const list = differences(wanted, found)
  return list.length > 0 && list.every(difference => SLIPS.includes(difference))
}

/** Such as "it begins with http: instead of https:, and the trailing slash is missing". */
export function differenceInWords (wanted: string, found: string): string {
  const words: Record<Difference, string> = {
    scheme: `it begins with ${schemeOf(found)} instead of ${schemeOf(wanted)}`,
    host: 'the host is another',
    port: 'the port is another',
    path: 'the path is another',
    slash: found.endsWith('/') ? 'it has a trailing slash too much' : 'the trailing slash is missing',
    spelling: 'it is spelt differently (upper and lower case, for instance)'
  }
  return differences(wanted, found).map(difference => words[difference]).join(', and ')
}

function parse (text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

function schemeOf (text: string): string {
  return parse(text)?.protocol ?? 'no scheme'
}

function pathOf ({ pathname, search, hash }: URL): string {
  return pathname.replace(/\/$/, '') + search + hash
}

/** Without what is looked at for itself. */
function bare (text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:/i, '').replace(/\/$/, '')
}
