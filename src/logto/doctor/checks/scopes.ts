import type { DesiredResource } from '../../desired.js'
import { fail, pass, together, warn, type Check, type Finding } from '../check.js'
import { APPLY, PRUNE } from '../remedies.js'
import { counted, listed, quoted } from '../../words.js'
import type { World } from '../world.js'

/** The scopes of the API resource in Logto against the catalogue. */
export function scopeChecks ({ desired, tenant }: World): Check[] {
  async function faultsOf ({ indicator, scopes: wanted }: DesiredResource): Promise<Finding[]> {
    const scopes = (await tenant.resource(indicator))?.scopes ?? []
    const missing = wanted.filter(({ name }) => !scopes.some(scope => scope.name === name))
    const different = wanted.filter(({ name, description }) => scopes.some(scope => scope.name === name && scope.description !== description))
    const unknown = scopes.filter(({ name }) => !wanted.some(one => one.name === name))
    return [
      ...some(missing, names => fail(`${indicator} lacks ${names}: nobody can get a token for it.`, APPLY)),
      ...some(different, names => warn(`${indicator} describes ${names} otherwise than the code; people read it when they are asked for consent.`, APPLY)),
      ...some(unknown, names => warn(`${indicator} has ${names}, which the service does not know.`, PRUNE))
    ]
  }

  return [{
    id: 'scopes',
    title: 'Scopes',
    needs: ['api-resource'],
    async run () {
      const faults = (await Promise.all(desired.resources.map(faultsOf))).flat()
      return together(faults, pass(`All ${counted(desired.resources[0]?.scopes.length ?? 0, 'scope')} of the catalogue are there, described as in the code.`))
    }
  }]
}

function some (scopes: ReadonlyArray<{ name: string }>, found: (names: string) => Finding): Finding[] {
  return scopes.length === 0 ? [] : [found(listed(scopes.map(({ name }) => quoted(name)), 10))]
}
