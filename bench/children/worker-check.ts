import { Worker } from 'node:worker_threads'
import { fromSource } from './start-child.js'
import type { SigningAlgorithm } from '../issuer.js'

export interface WorkerData { pem: string, alg: SigningAlgorithm }
export interface WorkerQuestion { id: number, token: string }
export interface WorkerAnswer { id: number, good: boolean }

/** fast-jwt in a thread of its own, asked by message. */
export function createWorkerCheck (pem: string, alg: SigningAlgorithm): (token: string) => Promise<void> {
  const worker = startWorker({ pem, alg })
  const waiting = new Map<number, { resolve: () => void, reject: (error: Error) => void }>()
  let asked = 0
  worker.on('message', ({ id, good }: WorkerAnswer) => {
    const question = waiting.get(id)
    waiting.delete(id)
    if (good) question?.resolve()
    else question?.reject(new Error('a good token was refused'))
  })
  worker.on('error', error => { throw error })
  return token => new Promise((resolve, reject) => {
    asked += 1
    waiting.set(asked, { resolve, reject })
    worker.postMessage({ id: asked, token } satisfies WorkerQuestion)
  })
}

function startWorker (workerData: WorkerData): Worker {
  const file = new URL(`./worker${fromSource ? '.ts' : '.js'}`, import.meta.url)
  if (!fromSource) return new Worker(file, { workerData })
  // A thread does not inherit tsx.
  const load = `import('tsx/esm/api').then(tsx => { tsx.register(); return import(${JSON.stringify(file.href)}) })`
  return new Worker(load, { workerData, eval: true })
}
