import type { Test } from 'tap'
import { buildApp } from '../../src/app.js'
import { loadConfig } from '../../src/config/index.js'
import type { TenantData } from '../../src/dev/tenant/entities.js'
import type { CheckResult, Status } from '../../src/logto/doctor/check.js'
import { doctor } from '../../src/logto/doctor/index.js'
import type { Summary } from '../../src/logto/doctor/report.js'
import { startTenant } from '../kit/tenant.js'
import { startFront } from './doctor-front.js'

export type Env = Record<string, string>

/** What the doctor said, as machines read it. */
export interface Examination {
  code: number
  checks: CheckResult[]
  summary: Summary
  /** All that was printed. */
  output: string
}

/** Runs the doctor on a configuration. */
export async function examine (env: Env): Promise<Examination> {
  const lines: string[] = []
  const code = await doctor(loadConfig(env), { json: true, print: line => { lines.push(line) } })
  const output = lines.join('\n')
  return { code, output, ...JSON.parse(output) as { checks: CheckResult[], summary: Summary } }
}

/** Each check's status; given another examination, of those only that differ from it. */
export function statuses ({ checks }: Examination, but?: Examination): Record<string, Status> {
  const same = (one: CheckResult) => but?.checks.some(({ id, status }) => id === one.id && status === one.status) ?? false
  return Object.fromEntries(checks.filter(one => !same(one)).map(({ id, status }) => [id, status]))
}

export function resultOf ({ checks }: Examination, id: string): CheckResult {
  const result = checks.find(check => check.id === id)
  if (result === undefined) throw new Error(`there is no check ${id}`)
  return result
}

/**
 * The whole set-up: a tenant as it is seeded, the service with real keys and a database, and a proxy
 * before it at PUBLIC_URL. The proxy makes it possible that the service is down, or its answers spoilt.
 */
export async function startHouse (t: Test) {
  let target = ''
  const front = await startFront(t, () => target)
  const publicUrl = front.url
  const tenant = await startTenant(t, { publicUrl, apiResource: `${publicUrl}/` })
  const env: Env = {
    PUBLIC_URL: publicUrl,
    LOGTO_ENDPOINT: tenant.endpoint,
    LOGTO_M2M_APP_ID: tenant.credentials.appId,
    LOGTO_M2M_APP_SECRET: tenant.credentials.appSecret,
    CHATGPT_PLUGIN_ID: 'plugin-scopegate',
    DOCS_CLIENT_ID: 'docs',
    WEATHER_SOURCE: 'observations'
  }

  /** The service with another configuration than the doctor's, from now on. */
  async function serve (changes: Env = {}): Promise<void> {
    const app = await buildApp(loadConfig({ ...env, ...changes }), { database: tenant.database })
    t.teardown(async () => {
      app.server.closeAllConnections()
      await app.close()
    })
    target = await app.listen({ host: '127.0.0.1', port: 0 })
    await app.keyStore.start()
  }
  await serve()

  /** In place: the server's routes hold on to parts of the data. */
  const restore = (kept: TenantData) => tenant.tenant.change(data => {
    for (const [name, records] of Object.entries(data)) {
      for (const id of Object.keys(records)) Reflect.deleteProperty(records, id)
      Object.assign(records, kept[name as keyof TenantData])
    }
  })

  /** What the doctor says while the tenant is changed like this; afterwards it is as before. */
  async function whileChanged (change: (data: TenantData) => unknown, changes: Env = {}): Promise<Examination> {
    const kept = structuredClone(tenant.tenant.data)
    await tenant.tenant.change(change)
    try {
      return await examine({ ...env, ...changes })
    } finally {
      await restore(kept)
    }
  }

  return { front, publicUrl, tenant, env, serve, restore, whileChanged, examine: (changes: Env = {}) => examine({ ...env, ...changes }) }
}
