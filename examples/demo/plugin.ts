import { FormBrowser } from '../shared/form-browser.js'
import type { Story } from './story.js'

interface PluginAuth { client_url: string, authorization_url: string, scope: string, authorization_content_type: string }

/**
 * Guide 1's client, a ChatGPT plugin: it knows the manifest and its own credentials, sends no
 * `resource` and no PKCE, and gets a JWT because the API is the tenant's default resource.
 */
export async function pluginGetsIn (story: Story): Promise<void> {
  const { report, call, seed } = story
  const plugin = seed.clients.chatgptPlugin

  report.step('A ChatGPT plugin reads the manifest')
  report.wire('GET /.well-known/ai-plugin.json')
  const { auth } = await (await fetch(`${story.apiUrl}/.well-known/ai-plugin.json`)).json() as { auth: PluginAuth }
  report.wire(`client_url ${auth.client_url}, authorization_url ${auth.authorization_url}, scope "${auth.scope}"`)
  report.check('the scope is not empty and does not contain openid', [auth.scope !== '', auth.scope.split(' ').includes('openid')], [true, false])

  report.step('It sends Alice to client_url, without PKCE and without resource')
  const [redirectUri = ''] = plugin.redirectUris()
  const parameters = { response_type: 'code', client_id: plugin.id, redirect_uri: redirectUri, scope: auth.scope, state: 'plugin-state' }
  const { alice } = seed.users
  report.wire(`GET ${auth.client_url}?${new URLSearchParams(parameters).toString()}`)
  const outcome = await new FormBrowser().authorize(`${auth.client_url}?${new URLSearchParams(parameters).toString()}`, { username: alice.username, password: alice.password, consent: 'allow' })
  report.check('the consent screen lists the manifest\'s scope', outcome.consentScopes.join(' '), auth.scope)

  report.means('The plugin is not ours, so Alice is asked, too.')

  report.step('It exchanges the code at authorization_url')
  const code = outcome.callback.searchParams.get('code') ?? ''
  const tokens = await tokenRequest(story, auth, { grant_type: 'authorization_code', code, redirect_uri: redirectUri })
  report.check('the access token is a JWT, and there is a refresh token', [tokens.access_token.split('.').length, typeof tokens.refresh_token], [3, 'string'])
  report.check('forecast: 200', (await call('GET', '/v1/forecast?place=New%20York', tokens.access_token)).status, 200)

  report.means('Without "resource" and without "openid" the token is for the default API resource.')

  report.step('It refreshes, and calls again')
  const again = await tokenRequest(story, auth, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' })
  report.check('another access token', again.access_token !== tokens.access_token, true)
  report.check('places: 200', (await call('GET', '/v1/places', again.access_token)).status, 200)
  report.means('The client is set to always get a refresh token, as guide 1 says.')
}

async function tokenRequest ({ report, seed }: Story, auth: PluginAuth, parameters: Record<string, string>) {
  const { id, secret } = seed.clients.chatgptPlugin
  report.wire(`POST ${auth.authorization_url}   (grant_type=${parameters['grant_type'] ?? ''})`)
  const response = await fetch(auth.authorization_url, {
    method: 'POST',
    headers: { 'content-type': auth.authorization_content_type },
    body: new URLSearchParams({ ...parameters, client_id: id, client_secret: secret }).toString()
  })
  report.wire(`${response.status} ${response.statusText}`)
  if (!response.ok) throw new Error(`the token endpoint refused: ${await response.text()}`)
  return await response.json() as { access_token: string, refresh_token?: string }
}
