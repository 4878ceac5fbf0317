import { LogtoError } from '../logto/error.js'
import type { Management, ManagementApi } from '../logto/management.js'

/** Deletes something at Logto. @returns whether it was there. @throws LogtoError */
export async function existed (management: Management, step: string, call: (api: ManagementApi) => Promise<{ response: Response }>): Promise<boolean> {
  try {
    await management.ask(step, call)
    return true
  } catch (error) {
    if (error instanceof LogtoError && error.failure === 'not_found') return false
    throw error
  }
}
