import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { WorkerAnswer, WorkerData, WorkerQuestion } from './worker-check.js'

const fastJwt = createRequire(import.meta.resolve('@fastify/jwt'))('fast-jwt') as typeof import('fast-jwt')
const { pem, alg } = workerData as WorkerData
const verify = fastJwt.createVerifier({ key: pem, algorithms: [alg], cache: false })

parentPort?.on('message', ({ id, token }: WorkerQuestion) => {
  parentPort?.postMessage({ id, good: isGood(token) } satisfies WorkerAnswer)
})

function isGood (token: string): boolean {
  try {
    verify(token)
    return true
  } catch {
    return false // the answer says so
  }
}
