import { fail, pass, skip, together, warn, type Check, type Finding } from '../check.js'
import { tokenLifetime } from '../../desired.js'
import { differenceInWords, isNearMiss } from '../addresses.js'
import { APPLY } from '../remedies.js'
import { listed, quoted } from '../../words.js'
import type { World } from '../world.js'

const { shortest: SHORTEST, longest: LONGEST } = tokenLifetime

/** The API resource in Logto: that there is one, exactly so called, with a sensible lifetime. */
export function resourceChecks ({ config, desired, tenant, usesPlugin }: World): Check[] {
  const indicators = desired.resources.map(({ indicator }) => indicator)

  async function presence (indicator: string): Promise<Finding[]> {
    if (await tenant.resource(indicator) !== undefined) return []
    const variable = indicator === config.apiResource ? 'API_RESOURCE' : 'MCP_RESOURCE'
    const near = (await tenant.resources()).filter(resource => isNearMiss(indicator, resource.indicator))
    const words = near.map(one => ` There is ${quoted(one.indicator)}, but Logto compares exactly: ${differenceInWords(indicator, one.indicator)}.`)
    const remedy = near[0] === undefined ? APPLY : `An indicator can't be changed in Logto. ${APPLY} It creates the right one. Or start the service with ${variable}=${near[0].indicator} instead.`
    return [fail(`There is no API resource with the indicator ${quoted(indicator)}.${words.join('')}`, remedy)]
  }

  async function lifetime (indicator: string): Promise<Finding[]> {
    const seconds = (await tenant.resource(indicator))?.accessTokenTtl ?? LONGEST
    const where = `In Logto's console, under API resources, ${indicator}: set the token expiration time to between ${SHORTEST} and ${LONGEST} seconds.`
    if (seconds > LONGEST) return [warn(`Access tokens for ${indicator} live ${seconds} s; Logto can't take one back before its end.`, where)]
    if (seconds < SHORTEST) return [warn(`Access tokens for ${indicator} live ${seconds} s only: agents have to renew them all the time.`, where)]
    return []
  }

  return [{
    id: 'api-resource',
    title: 'API resource',
    needs: ['management-access'],
    async run () {
      const faults = (await Promise.all(indicators.map(presence))).flat()
      return together(faults, pass(`${listed(indicators)} is there.`))
    }
  }, {
    id: 'token-lifetime',
    title: 'Token lifetime',
    needs: ['api-resource'],
    async run () {
      const faults = (await Promise.all(indicators.map(lifetime))).flat()
      return together(faults, pass('Access tokens live between 5 minutes and 1 hour.'))
    }
  }, {
    id: 'default-api',
    title: 'Default API',
    needs: ['api-resource'],
    async run () {
      if (!await usesPlugin()) return skip('Only a ChatGPT plugin needs it, and none is set up (CHATGPT_PLUGIN_ID).')
      if ((await tenant.resource(config.apiResource))?.isDefault === true) return pass(`${config.apiResource} is the default.`)
      if (config.frontDoor) return pass(`${config.apiResource} is not the default, and need not be: the OAuth front door names it for clients that can't.`)
      const other = (await tenant.resources()).find(({ isDefault }) => isDefault)
      return fail(
        `${config.apiResource} is not the tenant's default API${other === undefined ? '' : ` (${other.indicator} is)`}. ChatGPT can't name a resource and would get an opaque token, which no API can read.`,
        `${APPLY} Or in Logto's console, under API resources: set it as the default API.`
      )
    }
  }]
}
