import t from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { seed } from '../../src/dev/index.js'
import { runServer, temporaryFolder } from '../start/process.js'
import { decide, outcome, pressAnotherAccount, pressSignIn, tryOperation } from './docs-page.js'
import { consentScopes, newPage, screenshot, signIn, startBrowser } from './house.js'

// The documentation page with the OAuth front door open: a person signs in through it, and the page
// itself talks to nobody but the API's own origin.

const [port, asPort] = [await freePort(), await freePort()]
const api = `http://localhost:${port}`
const service = runServer(t, { PORT: String(port), AS_PORT: String(asPort), DATA_DIR: temporaryFolder(t), WEATHER_SOURCE: 'observations', LOG_LEVEL: 'warn', OAUTH_FRONT_DOOR: 'on' })
await service.answers(`${api}/health/ready`)
const browser = await startBrowser(t)

await t.test('Authorize on the documentation page, through the front door', async t => {
  const { page, complaints } = await newPage(browser)
  const called: string[] = []
  page.on('request', request => called.push(`${request.method()} ${new URL(request.url()).origin}${new URL(request.url()).pathname}`))
  await page.goto(`${api}/docs`)
  await page.waitForSelector('.opblock')
  await page.click('button.authorize')
  await page.waitForSelector('dialog')
  const popup = await pressSignIn(page)
  await signIn(popup, seed.users.alice)
  t.same(await consentScopes(popup), ['read:places', 'read:weather', 'write:places'])
  await decide(popup, 'allow')
  t.match(await outcome(page), /^Signed in as user-alice\. This page may use read:weather, read:places, write:places$/)
  await screenshot(page, 'front-door-docs-signed-in')
  await page.click('.btn-done')
  const { status, text } = await tryOperation(page, 'Account-getMe')
  t.equal(status, '200', 'a JWT for this API')
  t.match(text, seed.users.alice.id)
  t.ok(called.includes(`POST ${api}/oauth/token`), 'the code was exchanged at the front door')
  t.same(called.filter(one => !one.includes(` ${api}/`)), [], 'and nobody else was called by the page')
  t.same(complaints, [])

  await page.click('button.authorize')
  const another = await pressAnotherAccount(page)
  await another.waitForSelector('#sign-in')
  t.equal(await another.locator('#sign-in').count(), 1, 'another account can sign in: the front door passes the prompt on')
})
