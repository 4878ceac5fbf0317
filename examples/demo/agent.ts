import { FormBrowser } from '../shared/form-browser.js'
import { bearerChallenge } from '../weatherbot/challenge.js'
import type { Story } from './story.js'
import { connect, signIn } from './oauth.js'

const FORECAST = '/v1/forecast?place=Seattle'

/** The third-party agent: from knowing nothing but an address to the answer, with Alice's consent. */
export async function agentGetsIn (story: Story): Promise<void> {
  const { report, call, seed } = story

  report.step('WeatherBot, a third-party agent, calls the API without a token')
  const refused = await call('GET', FORECAST)
  const challenge = bearerChallenge(refused.challenge)
  report.check('401, with a challenge that has no error', [refused.status, challenge?.error], [401, undefined])
  report.check('the challenge names the permission', challenge?.scopes, ['read:weather'])
  report.means('The API says where to learn how to get in.')

  report.step('It follows resource_metadata to the authorization server')
  const metadata = await readJson(story, challenge?.resourceMetadata ?? '')
  const [issuer = ''] = metadata['authorization_servers'] as string[]
  const resource = String(metadata['resource'])
  report.wire(`resource ${resource}, authorization server ${issuer}`)
  report.check('every permission third parties may ask for is listed', metadata['scopes_supported'], ['read:weather', 'read:places', 'write:places'])
  const bot = await connect(issuer, seed.clients.weatherbot.id, seed.clients.weatherbot.secret, story.botRedirectUri)
  report.check('the authorization server describes itself', bot.configuration.serverMetadata().issuer, issuer)
  Object.assign(story, { issuer, resource })
  report.means('Nothing was configured: the addresses come from the API itself.')

  report.step('It sends Alice there; she signs in and sees the consent screen')
  const alice = { username: seed.users.alice.username, password: seed.users.alice.password }
  const browser = new FormBrowser()
  const ask = { scope: 'openid profile email offline_access read:weather', resource, prompt: 'consent' as const }
  const first = await signIn(report, bot, browser, { ...alice, consent: 'allow' }, ask)
  showConsent(story, first.outcome.consentText)
  report.check('sign-in page and consent screen were shown', [first.outcome.signInShown, first.outcome.consentShown, first.outcome.appName], [true, true, 'WeatherBot'])
  report.check('the consent screen lists exactly what was asked', [...first.outcome.consentScopes].sort(), ['email', 'profile', 'read:weather'])
  report.check('the token carries what she allowed', first.tokens?.scope, 'read:weather')

  report.means('WeatherBot may read the weather for Alice, and nothing else.')

  report.step('It retries with the access token')
  const forecast = await call('GET', FORECAST, first.tokens?.access_token)
  report.check('200, and the answer names its source', [forecast.status, forecast.body['source']], [200, 'observations'])
  report.means('The API checked signature, issuer, audience, expiry and the permission of the route.')
  report.wire(`kind: ${String(forecast.body['kind'])}; attribution: ${String(forecast.body['attribution'])}`)

  report.step('It tries her saved places, which she has not allowed')
  const places = await call('GET', '/v1/places', first.tokens?.access_token)
  const stepUp = bearerChallenge(places.challenge)
  report.check('403 insufficient_scope, naming what is missing', [places.status, stepUp?.error, stepUp?.scopes], [403, 'insufficient_scope', ['read:places']])
  report.means('More needs her consent again.')

  report.step('It asks for what it had and what is missing; Alice consents again')
  const more = await signIn(report, bot, browser, { ...alice, consent: 'allow' }, { ...ask, scope: `${ask.scope} read:places` })
  showConsent(story, more.outcome.consentText)
  report.check('no second sign-in; the screen lists only what is new', [more.outcome.signInShown, more.outcome.consentScopes], [false, ['read:places']])
  report.check('places: 200', (await call('GET', '/v1/places', more.tokens?.access_token)).status, 200)
  report.check('forecast still: 200', (await call('GET', FORECAST, more.tokens?.access_token)).status, 200)

  report.means('The new token carries both permissions.')

  report.step('Asked for write:places, Alice says no')
  const denied = await signIn(report, bot, browser, { ...alice, consent: 'deny' }, { ...ask, scope: `${ask.scope} read:places write:places` })
  report.check('the screen listed only what is new', denied.outcome.consentScopes, ['write:places'])
  report.check('she comes back without a code, and without any parameter', [denied.outcome.callback.search, denied.tokens], ['', undefined])
  report.means('That is how Logto tells a cancelled consent; the permissions from before still hold.')
}

function showConsent ({ report }: Story, lines: string[]): void {
  report.wire('On the consent screen:')
  for (const line of lines) report.wire(`  • ${line}`)
}

async function readJson ({ report }: Story, url: string): Promise<Record<string, unknown>> {
  report.wire(`GET ${url}`)
  const response = await fetch(url)
  report.wire(`${response.status} ${response.statusText}`)
  return await response.json() as Record<string, unknown>
}
