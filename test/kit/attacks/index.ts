import type { Attack } from './attack.js'
import { claimAttacks } from './claims.js'
import { formAttacks } from './form.js'
import { joseHeaderAttacks } from './header.js'
import { signatureAttacks } from './signature.js'

export type { Attack, Cast } from './attack.js'

/** Credentials that a resource server must refuse, each for its own reason. */
export const attacks: readonly Attack[] = [...formAttacks, ...joseHeaderAttacks, ...signatureAttacks, ...claimAttacks]
