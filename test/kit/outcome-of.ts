import { promisify } from 'node:util'
import type { SignatureCheck } from '../../src/auth/signature.js'

/** What a signature check comes to on the thread pool. */
export function outcomeOf (check: SignatureCheck): Promise<boolean> {
  return promisify(check.run)()
}
