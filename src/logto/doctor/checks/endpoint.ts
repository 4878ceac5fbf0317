import { fail, pass, type Check } from '../check.js'
import { differenceInWords } from '../addresses.js'
import { isMissing } from '../http.js'
import { quoted } from '../../words.js'
import type { World } from '../world.js'

/** Whether Logto answers, and as the issuer that the service expects in every token. */
export function endpointChecks ({ config, discovery }: World): Check[] {
  const { endpoint, issuer, embedded } = config.logto

  return [{
    id: 'endpoint-reachable',
    title: 'Logto',
    async run () {
      const document = await discovery()
      if (!isMissing(document)) return pass(`It answers at ${endpoint}.`)
      const remedy = embedded
        ? 'Start the service (npm start): it brings the embedded authorization server along.'
        : 'Check LOGTO_ENDPOINT, and that Logto runs and can be reached from here.'
      return fail(`${endpoint}/oidc/.well-known/openid-configuration: ${document.why}`, remedy)
    }
  }, {
    id: 'issuer',
    title: 'Issuer',
    needs: ['endpoint-reachable'],
    async run () {
      const document = await discovery()
      const found = isMissing(document) ? undefined : document.body['issuer']
      if (found === issuer) return pass(`It is ${issuer}, as configured.`)
      if (typeof found !== 'string') return fail('The discovery document names no issuer.', 'LOGTO_ENDPOINT has to be the address of Logto itself.')
      return fail(
        `Logto calls itself ${quoted(found)}, the configuration expects ${quoted(issuer)}: ${differenceInWords(issuer, found)}. Every token would be refused.`,
        found.endsWith('/oidc') ? `Start with LOGTO_ENDPOINT=${found.slice(0, -'/oidc'.length)} instead, or give a self-hosted Logto ENDPOINT=${endpoint} as its own address.` : 'LOGTO_ENDPOINT has to be the address of Logto itself.'
      )
    }
  }]
}
