import { fail, pass, skip, warn, type Check } from '../check.js'
import { isMissing, isObject } from '../http.js'
import { quoted } from '../../words.js'
import type { World } from '../world.js'

/** The plugin manifest, and what ChatGPT demands beyond it. */
export function manifestChecks ({ config, manifest }: World): Check[] {
  const address = `${config.publicUrl}/.well-known/ai-plugin.json`
  const auth = async () => {
    const document = await manifest()
    return !isMissing(document) && isObject(document.body['auth']) ? document.body['auth'] : {}
  }

  return [{
    id: 'plugin-manifest',
    title: 'Plugin manifest',
    needs: ['service-reachable'],
    async run () {
      const document = await manifest()
      if (isMissing(document)) return fail(`${address}: ${document.why}`, 'Look at what stands before the service: it has to pass this path on as it is.')
      const url = isObject(document.body['api']) ? String(document.body['api']['url']) : ''
      if (url !== `${config.publicUrl}/openapi.json`) return fail(`It names the API document ${quoted(url)}.`, 'The running service has another PUBLIC_URL than this command: compare, and start it again.')
      return pass(`${address} answers.`)
    }
  }, {
    id: 'manifest-scope',
    title: 'Scope of the manifest',
    needs: ['plugin-manifest'],
    async run () {
      const { scope } = await auth()
      const scopes = typeof scope === 'string' ? scope.split(' ').filter(name => name !== '') : []
      if (scopes.length === 0) return fail('The manifest names no scope; ChatGPT sends the parameter all the same, empty.', 'Look at manifest/ai-plugin.json.')
      if (scopes.includes('openid')) return fail('The manifest asks for "openid": Logto then answers ChatGPT with an opaque token, which no API can read.', 'Take "openid" out of the scope in manifest/ai-plugin.json.')
      return pass(`It asks for ${scopes.join(', ')}, and not for "openid".`)
    }
  }, {
    id: 'chatgpt-domain',
    title: 'Domain for ChatGPT',
    needs: ['plugin-manifest'],
    async run () {
      if (config.chatgptPluginId === undefined) return skip('No ChatGPT plugin is set up (CHATGPT_PLUGIN_ID).')
      const { client_url: authorization, authorization_url: token } = await auth()
      if (config.frontDoor) {
        const { authorizationEndpoint, tokenEndpoint } = config.frontDoor
        if (authorization === authorizationEndpoint && token === tokenEndpoint) return pass('The manifest names the OAuth front door, on the domain of the API.')
        return fail(`OAUTH_FRONT_DOOR is on, but the manifest names ${quoted(String(authorization))} and ${quoted(String(token))}.`, 'The running service has another OAUTH_FRONT_DOOR or PUBLIC_URL than this command: compare, and start it again.')
      }
      const api = new URL(config.publicUrl).hostname
      const strangers = [authorization, token].map(hostOf).filter(host => !areRelated(api, host))
      if (strangers.length === 0) return pass('The API and the OAuth addresses of the manifest are on one domain.')
      return warn(
        `ChatGPT wants the OAuth addresses (${quoted(strangers[0] ?? '')}) on the same registrable domain as the API (${quoted(api)}). Neither is the other's parent, so that this check can't tell; two names under logto.app, for one, are two domains.`,
        'Give Logto a custom domain below that of the API, or let the service offer the OAuth addresses itself: OAUTH_FRONT_DOOR=on.'
      )
    }
  }]
}

function hostOf (address: unknown): string {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).hostname : ''
}

/** The same host, or one the parent domain of the other. Does NOT know the public suffix list, so anything else is unknown. */
export function areRelated (one: string, other: string): boolean {
  if (one === '' || other === '') return false
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)
}
