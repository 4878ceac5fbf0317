import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Reply } from './answer-calls.js'

export type Program = 'server' | 'load' | 'check' | 'in-process' | 'growth' | 'memory'

export interface Child {
  /** What the child told when it was ready. */
  ready: unknown
  call <T> (method: string, params?: unknown): Promise<T>
  stop (): Promise<void>
}

/** True when running from TypeScript through tsx, whose loading counts in start-up times. */
export const fromSource = import.meta.url.endsWith('.ts')

interface Waiting { resolve: (value: unknown) => void, reject: (error: Error) => void }

/** Starts one of the programs beside this file; resolves when it answers calls. */
export async function startChild (program: Program, args: readonly string[] = [], nodeOptions: readonly string[] = []): Promise<Child> {
  const file = fileURLToPath(new URL(`./${program}${fromSource ? '.ts' : '.js'}`, import.meta.url))
  const child = fork(file, args, {
    serialization: 'advanced', // JSON would turn NaN into null
    execArgv: [...process.execArgv, ...nodeOptions],
    env: { ...process.env, NODE_ENV: 'production' }
  })
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let stopping = false

  const ready = await new Promise<unknown>((resolve, reject) => {
    child.on('error', reject)
    child.on('message', (reply: Reply) => {
      if ('ready' in reply) resolve(reply.ready)
      else settle(waiting, reply)
    })
    child.on('exit', code => {
      const error = new Error(`${program} ${args[0] ?? ''} ended by itself (${code})`)
      if (!stopping) reject(error)
      for (const { reject: refuse } of waiting.values()) refuse(error)
    })
  })

  return {
    ready,
    call: <T>(method: string, params?: unknown) => new Promise<T>((resolve, reject) => {
      calls += 1
      waiting.set(calls, { resolve: value => { resolve(value as T) }, reject })
      child.send({ id: calls, method, params })
    }),
    async stop () {
      stopping = true
      if (child.exitCode !== null || child.signalCode !== null) return
      child.disconnect()
      await once(child, 'exit')
    }
  }
}

function settle (waiting: Map<number, Waiting>, reply: Exclude<Reply, { ready: unknown }>): void {
  const call = waiting.get(reply.id)
  waiting.delete(reply.id)
  if ('error' in reply) call?.reject(new Error(reply.error))
  else call?.resolve(reply.result)
}
