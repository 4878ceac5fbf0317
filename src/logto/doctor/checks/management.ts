import { LogtoError } from '../../error.js'
import { fail, pass, type Check, type Finding } from '../check.js'
import { counted, quoted } from '../../words.js'
import type { World } from '../world.js'

const ROLE = 'Logto Management API access'

/** Whether the machine-to-machine app can be used, and what it may do. */
export function managementChecks ({ config, managementToken, tenant }: World): Check[] {
  const { management } = config

  return [{
    id: 'management-credentials',
    title: 'Management credentials',
    needs: ['endpoint-reachable'],
    async run () {
      if (management === undefined) {
        return fail('LOGTO_M2M_APP_ID and LOGTO_M2M_APP_SECRET are not set, so that nothing of the tenant can be looked at.', `In Logto's console create a machine-to-machine application with the role "${ROLE}", and set both.`)
      }
      try {
        await managementToken()
      } catch (error) {
        if (error instanceof LogtoError && error.failure === 'credentials') return refused(error, management)
        throw error
      }
      return pass(`Logto gives ${management.appId} a token for ${management.resource}.`)
    }
  }, {
    id: 'management-access',
    title: 'Management access',
    needs: ['management-credentials'],
    async run () {
      const { scope } = await managementToken()
      if (!scope.split(' ').includes('all')) {
        return fail('The machine-to-machine app is known, but may not use the Management API: its token lacks the scope "all".', `In Logto's console give the application (LOGTO_M2M_APP_ID) the machine-to-machine role "${ROLE}".`)
      }
      const resources = await tenant.resources()
      return pass(`The Management API answers (${counted(resources.length, 'API resource')}).`)
    }
  }]
}

/** What of the three is wrong; Logto's own answers tell them apart. */
function refused (error: LogtoError, { appId, resource }: { appId: string, resource: string }): Finding {
  if (error.code === 'oidc.invalid_target') {
    return fail(`Logto knows no API resource ${quoted(resource)}.`, 'Set LOGTO_MANAGEMENT_RESOURCE to the indicator of the Management API: https://<tenant id>.logto.app/api at Logto Cloud (behind a custom domain, too), https://default.logto.app/api for a self-hosted one.')
  }
  if (error.code === 'oidc.invalid_client' && error.status === 400) {
    return fail(`Logto knows no application with the id ${quoted(appId)}.`, 'Set LOGTO_M2M_APP_ID to the App ID of the machine-to-machine application, and LOGTO_ENDPOINT to the tenant it is in.')
  }
  const remedy = `In Logto's console open the application ${appId} and set LOGTO_M2M_APP_SECRET to one of its secrets that has not expired.`
  return fail(`Logto does not accept the secret of ${quoted(appId)}: ${error.reason}`, remedy)
}
