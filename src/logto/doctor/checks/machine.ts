import { isLoopback } from '../../../config/urls.js'
import { fail, pass, skip, type Check, type Finding } from '../check.js'
import { get, isMissing, parseObject, type Answer } from '../http.js'
import { quoted } from '../../words.js'
import type { World } from '../world.js'

/** One real token that the API has to take, and one that it must not. Both carry no scope. */
export function machineChecks ({ config, machineToken }: World): Check[] {
  const { publicUrl, apiResource, management } = config
  const me = `${publicUrl}/v1/me`
  const call = async (resource: string) => get(me, { authorization: `Bearer ${(await machineToken(resource)).token}` })
  const needs = ['management-credentials', 'service-ready']

  return [{
    id: 'machine-token',
    title: 'Token accepted',
    needs: ['issuer', 'signing-keys', 'api-resource', ...needs],
    async run () {
      if (!mayCarryTokens(publicUrl)) return withheld()
      const answer = await call(apiResource)
      if (isMissing(answer)) return fail(`${me}: ${answer.why}`, 'Look at what stands before the service.')
      const clientId = parseObject(answer.text)?.['clientId']
      if (answer.status === 200 && clientId === management?.appId) return pass(`A machine-to-machine token from Logto for ${apiResource} opens ${me}.`)
      if (answer.status === 200) return fail(`${me} takes the token of ${quoted(management?.appId ?? '')} for one of ${quoted(String(clientId))}.`, 'Check that PUBLIC_URL leads to the service, and that nothing before it puts tokens of its own in.')
      return fail(
        `${me} answers ${answer.status} to a token that Logto has just made for ${apiResource}${descriptionIn(answer)}.`,
        answer.status === 503
          ? 'The service can\'t get the keys of Logto; its log says why.'
          : 'The running service has another configuration than this command: compare API_RESOURCE and LOGTO_ENDPOINT, and start it again. A proxy before it has to pass the Authorization header on.'
      )
    }
  }, {
    id: 'foreign-token',
    title: 'Foreign token refused',
    needs,
    async run () {
      if (!mayCarryTokens(publicUrl)) return withheld()
      // Without the scope "all" it opens nothing at Logto either, should it fall into wrong hands.
      const answer = await call(management?.resource ?? '')
      if (isMissing(answer)) return fail(`${me}: ${answer.why}`, 'Look at what stands before the service.')
      if (answer.status === 401) return pass('A token for another audience is answered 401.')
      return fail(`${me} answers ${answer.status} instead of 401 to a token for ${management?.resource ?? ''}.`, 'Check API_RESOURCE of the running service, and that PUBLIC_URL leads to it: a token for another audience must never get in.')
    }
  }]
}

/** A token in the clear could be read on its way. */
function mayCarryTokens (publicUrl: string): boolean {
  const url = new URL(publicUrl)
  return url.protocol === 'https:' || isLoopback(url)
}

function withheld (): Finding {
  return skip('No token is sent without https.')
}

/** RFC 6750 section 3: what the challenge says. */
function descriptionIn ({ headers }: Answer): string {
  const description = /error_description="([^"]*)"/.exec(headers.get('www-authenticate') ?? '')?.[1]
  return description === undefined ? '' : `: ${quoted(description)}`
}
