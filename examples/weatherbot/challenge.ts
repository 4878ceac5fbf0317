/** One challenge of a `WWW-Authenticate` header. */
export interface Challenge {
  /** In lower case; schemes are case-insensitive. */
  readonly scheme: string
  /** Names in lower case, values without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>
}

const token = '[!#$%&\'*+.^_`|~0-9A-Za-z-]+'
const parameter = `(${token})[ \\t]*=[ \\t]*(?:(${token})|"((?:[^"\\\\]|\\\\[^])*)")[ \\t]*(?=,|$)`
/** Sticky, so that each looks only at the present position; none can backtrack over a long text. */
const patterns = {
  gap: /[ \t,]*/y,
  spaces: / +/y,
  scheme: new RegExp(`${token}(?=[ \\t,]|$)`, 'y'),
  parameter: new RegExp(parameter, 'y'),
  further: new RegExp(`[ \\t]*,[ \\t,]*${parameter}`, 'y'),
  token68: /[A-Za-z0-9._~+/-]+=*[ \t]*(?=,|$)/y
}

/** Reads from left to right and remembers how far it has come. */
class Reader {
  #position = 0
  readonly #text: string

  constructor (text: string) {
    this.#text = text
  }

  get done (): boolean {
    return this.#position >= this.#text.length
  }

  take (name: keyof typeof patterns): RegExpExecArray | undefined {
    const pattern = patterns[name]
    pattern.lastIndex = this.#position
    const match = pattern.exec(this.#text)
    if (match !== null) this.#position = pattern.lastIndex
    return match ?? undefined
  }
}

/**
 * Parses `WWW-Authenticate` (RFC 9110 section 11.6.1): several challenges in one line, tokens and
 * quoted strings, `token68`, empty list elements. Never throws: at the first thing that is none of
 * these it stops, and what came before counts. A challenge that names a parameter twice is left out,
 * because nobody can tell which one was meant.
 */
export function parseChallenges (header: string): Challenge[] {
  const reader = new Reader(header)
  const found: Challenge[] = []
  reader.take('gap')
  while (!reader.done) {
    const scheme = reader.take('scheme')?.[0].toLowerCase()
    if (scheme === undefined) break
    const parameters = reader.take('spaces') === undefined ? new Map<string, string>() : parametersOf(reader)
    if (parameters !== undefined) found.push({ scheme, parameters })
    if (reader.take('gap')?.[0] === '' && !reader.done) break
  }
  return found
}

/** `undefined`: a parameter stood there twice. */
function parametersOf (reader: Reader): ReadonlyMap<string, string> | undefined {
  const parameters = new Map<string, string>()
  let twice = false
  let match = reader.take('parameter')
  if (match === undefined) reader.take('token68')
  while (match !== undefined) {
    const [, name = '', bare, quoted = ''] = match
    twice ||= parameters.has(name.toLowerCase())
    parameters.set(name.toLowerCase(), bare ?? quoted.replace(/\\([^])/g, '$1'))
    match = reader.take('further')
  }
  return twice ? undefined : parameters
}

/** What a Bearer challenge says (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface BearerChallenge {
  readonly error?: string
  readonly description?: string
  readonly scopes: readonly string[]
  readonly resourceMetadata?: string
}

/** The first Bearer challenge of a header, if there is one. */
export function bearerChallenge (header: string | null): BearerChallenge | undefined {
  const bearer = parseChallenges(header ?? '').find(({ scheme }) => scheme === 'bearer')
  if (bearer === undefined) return undefined
  const { parameters } = bearer
  return {
    error: parameters.get('error'),
    description: parameters.get('error_description'),
    scopes: splitScope(parameters.get('scope')),
    resourceMetadata: parameters.get('resource_metadata')
  }
}

/** RFC 6749 section 3.3: scopes are separated by spaces. */
export function splitScope (scope = ''): string[] {
  return scope.split(' ').filter(name => name !== '')
}
