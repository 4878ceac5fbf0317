import { isScope, scopeCatalogue, type Scope } from '../../../scopes.js'
import { fail, pass, together, warn, type Check, type Finding } from '../check.js'
import { eachOf } from '../each-of.js'
import { APPLY, PRUNE } from '../remedies.js'
import type { AllowedScopes, TenantApplication } from '../tenant.js'
import { counted, listed, quoted } from '../../words.js'
import type { World } from '../world.js'

/** Applications whose consent scopes are asked for at the same time. */
const AT_ONCE = 4

/** `apply` touches none but our own. */
function remedyFor ({ id, mark }: TenantApplication): string {
  const byHand = `In Logto's console, under Applications, ${id}, Permissions, it can be taken away.`
  return mark === undefined ? byHand : `${PRUNE} ${byHand}`
}

/** What third-party applications may ask people for, against the catalogue. */
export function consentChecks (world: World): Check[] {
  const { desired, tenant } = world

  async function excess (application: TenantApplication): Promise<Finding[]> {
    const above = tooMuch(world, await tenant.consentScopes(application.id))
    if (above.length === 0) return []
    return [fail(`${quoted(application.name)} (${application.id}) may ask for ${listed(above)}, which is for first-party apps only.`, remedyFor(application))]
  }

  async function lack (application: TenantApplication): Promise<Finding[]> {
    const wanted = desired.applications.find(({ key }) => key === application.mark)?.consent
    if (wanted === undefined) return []
    const held = await tenant.consentScopes(application.id)
    const missing = [...await missingScopes(world, wanted.scopes, held), ...wanted.userScopes.filter(scope => !held.userScopes.includes(scope))]
    return missing.length === 0 ? [] : [warn(`${quoted(application.name)} may not ask for ${listed(missing, 10)}; Logto leaves them out silently.`, APPLY)]
  }

  return [{
    id: 'third-party-consent',
    title: 'Third-party apps',
    needs: ['management-access'],
    async run () {
      const { items, complete } = await tenant.applications()
      const thirdParty = items.filter(({ isThirdParty }) => isThirdParty)
      const faults = await eachOf(thirdParty, AT_ONCE, excess)
      if (!complete) faults.push(warn(`Only the first ${items.length} applications were looked at.`, 'Delete applications that nobody uses.'))
      return together(faults, pass(`${counted(thirdParty.length, 'third-party application')}: none may ask for more than the catalogue allows.`))
    }
  }, {
    id: 'own-consent',
    title: 'Consent of own apps',
    needs: ['api-resource'],
    async run () {
      const own = (await tenant.applications()).items.filter(({ isThirdParty, mark }) => isThirdParty && mark !== undefined)
      return together(await eachOf(own, AT_ONCE, lack), pass('The service\'s own third-party apps may ask for all that they need.'))
    }
  }]
}

/** First-party-only scopes of our resources, and anything of the Management API. */
export function tooMuch ({ config, desired }: World, { resourceScopes, organizationResourceScopes }: AllowedScopes): string[] {
  const ours = desired.resources.map(({ indicator }) => indicator)
  return [...resourceScopes, ...organizationResourceScopes].flatMap(({ resource: { indicator }, scopes }) => scopes.flatMap(({ name }) => {
    if (indicator === config.management?.resource) return `${name} of the Management API`
    return ours.includes(indicator) && isScope(name) && !scopeCatalogue[name].thirdParty ? `${name} of ${indicator}` : []
  }))
}

/** Wanted scopes that our resources have, but that may not be asked for. */
export async function missingScopes ({ desired, tenant }: World, wanted: readonly Scope[], { resourceScopes }: AllowedScopes): Promise<string[]> {
  const missing = await Promise.all(desired.resources.map(async ({ indicator }) => {
    const held = resourceScopes.filter(({ resource }) => resource.indicator === indicator).flatMap(({ scopes }) => scopes.map(({ name }) => name))
    return (await tenant.existing(indicator, wanted)).filter(scope => !held.includes(scope))
  }))
  return missing.flat()
}
