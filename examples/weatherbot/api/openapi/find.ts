import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { splitScope } from '../../challenge.js'
import { fetchJson, type Fetch } from '../../http.js'
import { Trouble } from '../../trouble.js'
import { DocumentSchema } from './document.js'
import { operationsOf, type Operation } from './operations.js'

export interface DescriptionOptions {
  readonly apiUrl: string
  readonly fetch: Fetch
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a plugin manifest says of where the API is described and what may be asked for there. */
const ManifestSchema = Type.Object({
  auth: Type.Object({ scope: Type.Optional(Type.String()) }),
  api: Type.Object({ type: Type.Literal('openapi'), url: Type.String() })
})

/** So long a description is used before it is read again. */
const KEEP = 5 * 60_000

/**
 * The API's operations by name, read from its OpenAPI document and kept for five minutes. If it can't be
 * read again then, the old one is used on: whether an operation is still there shows when it is called.
 */
export function createDescription (options: DescriptionOptions) {
  let kept: { until: number, operations: ReadonlyMap<string, Operation> } | undefined
  let reading: Promise<ReadonlyMap<string, Operation>> | undefined

  async function renew (): Promise<ReadonlyMap<string, Operation>> {
    try {
      const operations = await read(options)
      kept = { until: options.now() + KEEP, operations }
      return operations
    } catch (error) {
      if (kept === undefined) throw error
      return kept.operations
    }
  }

  return async function operations (): Promise<ReadonlyMap<string, Operation>> {
    if (kept !== undefined && options.now() < kept.until) return kept.operations
    // However many ask at a time, it is read once.
    reading ??= renew().finally(() => { reading = undefined })
    return await reading
  }
}

async function read (options: DescriptionOptions): Promise<ReadonlyMap<string, Operation>> {
  const { address, askable } = await whereIsIt(options)
  const { status, body } = await get(options, address)
  if (status !== 200 || !Value.Check(DocumentSchema, body)) throw new Trouble('api_description', 'The weather service does not describe what it can do.', { status })
  const operations = operationsOf(body, { apiUrl: options.apiUrl, address })
    .filter(({ tool }) => askable === undefined || tool.scopes.every(scope => askable.includes(scope)))
  return new Map(operations.map(operation => [operation.tool.name, operation]))
}

/**
 * The manifest names the document, and the permissions that an app like this may ask for: what takes
 * others is left out. Without a manifest the document is looked for where it usually is.
 */
async function whereIsIt (options: DescriptionOptions): Promise<{ address: URL, askable?: readonly string[] }> {
  const { status, body } = await get(options, new URL('/.well-known/ai-plugin.json', options.apiUrl))
  if (status !== 200 || !Value.Check(ManifestSchema, body)) return { address: new URL('/openapi.json', options.apiUrl) }
  const { url } = body.api
  const address = URL.canParse(url, options.apiUrl) ? new URL(url, options.apiUrl) : undefined
  if (address?.origin !== options.apiUrl) {
    throw new Trouble('api_elsewhere', 'The weather service points to another server for its description. That could be a trap, so nothing was done.')
  }
  return { address, ...(body.auth.scope === undefined ? {} : { askable: splitScope(body.auth.scope) }) }
}

const get = async ({ fetch }: DescriptionOptions, url: URL) =>
  await fetchJson(fetch, url, { headers: { accept: 'application/json' } }, 'The weather service')
