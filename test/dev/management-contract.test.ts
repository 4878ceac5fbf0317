import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { askForToken } from '../../src/logto/management-token.js'
import { packageRoot } from '../../src/root.js'
import { startTenant } from '../kit/tenant.js'
import { shapeDifferences } from './shape.js'

/** A request to a self-hosted Logto 1.42 and its answer, with throwaway ids; secrets are cut out. */
interface Capture {
  capture: string
  method: string
  path: string
  body?: unknown
  authorization?: 'none' | 'basic' | 'garbage' | 'opaque' | 'another audience' | 'no scope'
  status: number
  contentType: string | null
  answer: unknown
}

const captures = JSON.parse(readFileSync(join(packageRoot(), 'test/dev/logto-1.42-captures.json'), 'utf8')) as Capture[]
const { endpoint, credentials, tenant } = await startTenant(t, { empty: true })

/** Logto's ids of then → this server's ids of now. */
const ids = new Map<string, string>()
const now = (text: string): string => [...ids].reduce((result, [then, present]) => result.replaceAll(then, present), text)

/** Follows both answers at once and learns which id has become which. */
function learn (then: unknown, present: unknown): void {
  if (Array.isArray(then) && Array.isArray(present)) {
    // Lists may be in another order: entries go together by name.
    for (const one of then as unknown[]) learn(one, (present as unknown[]).find(other => nameOf(other) === nameOf(one)))
    return
  }
  if (typeof then !== 'object' || then === null || typeof present !== 'object' || present === null) return
  for (const [name, value] of Object.entries(then)) {
    const other = (present as Record<string, unknown>)[name]
    if (name === 'id' && typeof value === 'string' && typeof other === 'string' && value !== other) ids.set(value, other)
    else learn(value, other)
  }
}

const nameOf = (value: unknown): unknown => (value as { name?: unknown } | null)?.name

const token = (await askForToken({ ...credentials, scope: 'all' }, 'get a token')).token

async function authorizationOf ({ authorization }: Capture): Promise<string | undefined> {
  switch (authorization) {
    case 'none': return undefined
    case 'basic': return 'Basic YTpi'
    case 'garbage': return 'Bearer garbage'
    case 'opaque': return `Bearer ${'a'.repeat(43)}`
    case 'no scope': return `Bearer ${(await askForToken(credentials, 'get a token')).token}`
    case 'another audience': {
      const machine = Object.values(tenant.data.applications).find(({ name }) => name === 'Weather M2M')
      return `Bearer ${(await askForToken({ endpoint, appId: machine?.id ?? '', appSecret: machine?.secrets[0]?.value ?? '', resource: 'http://localhost:3000' }, 'get a token')).token}`
    }
    default: return `Bearer ${token}`
  }
}

/** A time that had yet to come then has to be one that has yet to come now. */
function bodyOf ({ capture, body }: Capture): string {
  if (typeof body === 'string') return body
  const present = capture === '251-secret-create-short' ? { ...body as object, expiresAt: Date.now() + 60_000 } : body
  return now(JSON.stringify(present))
}

async function replay (one: Capture) {
  const authorization = await authorizationOf(one)
  const response = await fetch(`${endpoint}${now(one.path)}`, {
    method: one.method,
    headers: { ...(authorization === undefined ? {} : { authorization }), ...(one.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(one.body === undefined ? {} : { body: bodyOf(one) })
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json')
  return { response, answer: text === '' ? null : isJson ? JSON.parse(text) as unknown : text }
}

for (const one of captures) {
  await t.test(`${one.capture}: ${one.method} ${one.path.replace(/\?.*/, '')}`, async t => {
    const { response, answer } = await replay(one)
    t.equal(response.status, one.status)
    t.equal(response.headers.get('content-type'), one.contentType)
    learn(one.answer, answer)
    t.strictSame(shapeDifferences(one.answer, answer), [], 'members and their types')
    if (one.status >= 400 && typeof one.answer === 'object') {
      const { code, message } = one.answer as { code?: string, message: string }
      t.equal((answer as { code?: string }).code, code)
      // The words of a JSON parser end with a place in newer versions of Node.
      t.equal((answer as { message: string }).message.replace(/ \(line \d+ column \d+\)$/, ''), now(message).replace(/ \(line \d+ column \d+\)$/, ''))
    }
  })
}

t.ok(captures.length > 80, `${captures.length} captures`)
