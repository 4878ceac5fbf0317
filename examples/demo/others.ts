import { FormBrowser } from '../shared/form-browser.js'
import { connect, machineToken, signIn } from './oauth.js'
import type { Story } from './story.js'

const FORECAST = '/v1/forecast?place=Seattle'

/** The first-party app: Alice signs in and is in, no consent screen. */
export async function officialAppGetsIn ({ report, call, seed, issuer, resource }: Story): Promise<void> {
  report.step('The official weather app signs Alice in')
  const { officialWeatherApp } = seed.clients
  const app = await connect(issuer, officialWeatherApp.id, officialWeatherApp.secret, 'http://localhost:4100/callback')
  const { alice } = seed.users
  const { outcome, tokens } = await signIn(report, app, new FormBrowser(), { username: alice.username, password: alice.password, consent: 'allow' },
    { scope: 'openid profile read:weather read:places write:places', resource })
  report.check('signed in, and no consent screen', [outcome.signInShown, outcome.consentShown], [true, false])
  report.means('It is our own app: what Alice may do, it may do for her.')
  const place = await call('POST', '/v1/places', tokens?.access_token, { name: 'Home', latitude: 47.6062, longitude: -122.3321 })
  report.check('a place saved for Alice: 201', [place.status, place.body['name']], [201, 'Home'])
}

/** Bob signs in all right, but has no role: his token carries no permission. */
export async function bobIsRefused ({ report, call, seed, issuer, resource }: Story): Promise<void> {
  report.step('Bob, who has no role, signs in with the official app')
  const { officialWeatherApp } = seed.clients
  const app = await connect(issuer, officialWeatherApp.id, officialWeatherApp.secret, 'http://localhost:4100/callback')
  const { bob } = seed.users
  const { tokens } = await signIn(report, app, new FormBrowser(), { username: bob.username, password: bob.password, consent: 'allow' },
    { scope: 'openid profile read:weather', resource })
  report.check('his token carries no permission', tokens?.scope, '')
  report.means('A valid token, but an empty one: the user\'s roles allow nothing.')
  report.check('GET /v1/me knows him', (await call('GET', '/v1/me', tokens?.access_token)).body, { sub: bob.id, clientId: officialWeatherApp.id, scopes: [] })
  const refused = await call('GET', FORECAST, tokens?.access_token)
  report.check('403 insufficient_scope', [refused.status, refused.body['code']], [403, 'insufficient_scope'])
}

/** A machine acts for itself, with the permissions of its own role. */
export async function machineGetsIn ({ report, call, seed, issuer, resource }: Story): Promise<void> {
  report.step('A machine-to-machine client gets a token of its own, and calls')
  const { weatherRobot } = seed.clients
  const robot = await connect(issuer, weatherRobot.id, weatherRobot.secret, 'http://localhost/unused')
  const token = await machineToken(report, robot, 'read:weather', resource)
  report.means('No person is involved: the machine has a role of its own.')
  report.check('forecast: 200', (await call('GET', FORECAST, token)).status, 200)
  report.check('it speaks for itself', (await call('GET', '/v1/me', token)).body, { sub: weatherRobot.id, clientId: weatherRobot.id, scopes: ['read:weather'] })
}
