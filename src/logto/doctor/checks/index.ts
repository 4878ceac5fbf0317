import type { Check } from '../check.js'
import type { World } from '../world.js'
import { applicationChecks } from './applications.js'
import { cimdChecks } from './cimd.js'
import { clockChecks } from './clock.js'
import { consentChecks } from './consent.js'
import { endpointChecks } from './endpoint.js'
import { keyChecks } from './keys.js'
import { machineChecks } from './machine.js'
import { managementChecks } from './management.js'
import { manifestChecks } from './manifest.js'
import { resourceChecks } from './resource.js'
import { roleChecks } from './roles.js'
import { scopeChecks } from './scopes.js'
import { serviceChecks } from './service.js'
import { userChecks } from './users.js'

/** All checks in the order in which they are told: Logto, the tenant, the service, a real token. */
export function allChecks (world: World): Check[] {
  return [
    endpointChecks, keyChecks, clockChecks, managementChecks,
    resourceChecks, scopeChecks, roleChecks, userChecks, applicationChecks, consentChecks, cimdChecks,
    serviceChecks, manifestChecks, machineChecks
  ].flatMap(group => group(world))
}
