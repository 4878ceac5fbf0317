import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { packageRoot } from '../../src/root.js'
import { seed } from '../../src/dev/index.js'
import { decide, outcome, passes, pressAnotherAccount, pressSignIn, tryOperation } from './docs-page.js'
import { consentScopes, newPage, overflows, signIn, startBrowser, startHouse } from './house.js'

// The documentation page as a person uses it: sign in, allow a part, meet a 403, ask for more.

const house = await startHouse(t)
const browser = await startBrowser(t)
const { alice, bob } = seed.users
const small = { width: 390, height: 844 }
/** With DOCS_IMAGES=1 the pictures of docs/docs-page.md are taken anew, without the curl command: the token stands in it. */
const picture = async (page: Page, name: string) => process.env['DOCS_IMAGES'] === '1' &&
  await page.screenshot({ path: join(packageRoot(), `docs/images/${name}.png`), style: '.curl-command { display: none }' })

async function openDocs (page: Page, hash = ''): Promise<void> {
  await page.goto(`${house.api}/docs${hash}`)
  await page.waitForSelector('.opblock')
}

await t.test('Alice signs in, allows a part, tries, is told what is missing, and asks for it', async t => {
  const { page, complaints } = await newPage(browser, { width: 1000, height: 720 })
  const tokenRequests: Array<{ url: string, body: URLSearchParams }> = []
  const origins = new Set<string>()
  page.on('request', request => {
    origins.add(new URL(request.url()).origin)
    if (request.url().includes('/oidc/token')) tokenRequests.push({ url: request.url(), body: new URLSearchParams(request.postData() ?? '') })
  })
  await openDocs(page)
  await page.click('#operations-Weather-getForecast .opblock-summary-control')
  t.match(await page.locator('#operations-Weather-getForecast .opblock-description').textContent(), /ermission.*Read weather forecasts/si, 'the text of an operation names its permission in words')
  await picture(page, 'docs-1-operations')
  const paths = await page.locator('.opblock-summary-path').allTextContents()
  t.ok(paths.length > 0 && paths.every(path => !path.includes('clients')), 'no operation that only first-party apps may call')
  t.match(await page.textContent('.information-container'), /own apps.*whole document/s, 'and the page says that there are more')
  const locks = await page.locator('.opblock .authorization__btn').count()
  t.equal(locks, paths.length, 'every operation has its lock')

  await page.click('button.authorize')
  await page.waitForSelector('dialog')
  t.equal(await page.getByRole('button', { name: 'Use another account' }).count(), 0, 'nobody is known yet')
  t.equal(await page.locator('dialog input:not([type=checkbox])').count(), 0, 'nobody is asked for a client id or secret')
  t.notMatch(await page.innerText('dialog'), /manage:|Swagger|openid/, 'only what third parties may ask for')
  await page.uncheck('#scope-write\\:places')
  await picture(page, 'docs-2-sign-in')

  await t.test('cancel: the answer without any parameter ends in plain words', async t => {
    const popup = await pressSignIn(page)
    await signIn(popup, alice)
    t.same(await consentScopes(popup), ['read:places', 'read:weather'], 'the consent screen lists what was ticked')
    await decide(popup, 'deny')
    t.match(await page.textContent('dialog .problem'), /Nothing was allowed/)
    t.equal(await page.locator('.errors-wrapper').count(), 0, 'no second message above the page')
  })

  await decide(await pressSignIn(page), 'allow')
  t.match(await outcome(page), /may use read:weather, read:places$/)
  t.match(await outcome(page), /^Signed in as user-alice\. /, 'the dialog says who is signed in')
  t.equal(await page.locator('dialog .problem').count(), 0, 'the earlier cancel is forgotten')
  await page.click('.btn-done')
  t.equal((await tryOperation(page, 'Account-getMe')).status, '200', 'the token is a JWT for this API')
  t.equal((await tryOperation(page, 'Places-listPlaces')).status, '200')

  const place = { name: 'Home', latitude: 47.6, longitude: -122.3 }
  const refused = await tryOperation(page, 'Places-createPlace', place)
  t.equal(refused.status, '403')
  t.match(refused.text, /insufficient_scope[\s\S]*needs the permission write:places/, 'the answer names the permission')
  t.match(await page.textContent('.missing-permission'), 'Permission missing: write:places', 'so does the page')
  await page.locator('.missing-permission').evaluate(element => { (element as unknown as { scrollIntoView: (at: object) => void }).scrollIntoView({ block: 'start' }) })
  await picture(page, 'docs-3-missing')

  await t.test('a second sign-in asks for what is missing only', async t => {
    await page.click('.missing-permission button')
    await outcome(page)
    t.ok(await page.isChecked('#scope-write\\:places'), 'the missing permission is ticked')
    await picture(page, 'docs-4-ask-again')
    const popup = await pressSignIn(page)
    t.same(await consentScopes(popup), ['write:places'])
    await decide(popup, 'allow')
    await page.waitForSelector('dialog .signed-in :text("write:places")')
    await page.keyboard.press('Escape')
    await page.waitForSelector('dialog', { state: 'detached' })
    const saved = await tryOperation(page, 'Places-createPlace', place)
    t.equal(saved.status, '201')
    t.equal(await page.locator('.missing-permission').count(), 0)
  })

  t.equal(tokenRequests.length, 2)
  for (const { url, body } of tokenRequests) {
    t.equal(url, `${house.authorizationServer}/oidc/token`, 'no parameter stands in the address of the token request')
    t.same([body.getAll('resource'), body.has('client_secret'), body.has('code_verifier')], [[`${house.api}/`], false, true], 'resource and verifier are in its body')
  }
  t.equal(new Set(tokenRequests.map(one => one.body.get('code'))).size, 2, 'each sign-in uses its own code')
  t.same([...origins].sort(), [house.api, house.authorizationServer].sort(), 'nobody else hears of it')

  await t.test('after a reload the sign-in is gone, and comes back without questions', async t => {
    await page.reload()
    await page.waitForSelector('.opblock')
    t.equal((await tryOperation(page, 'Account-getMe')).status, '401', 'no token is kept in the browser')
    await page.click('button.authorize')
    await passes(await pressSignIn(page))
    t.match(await outcome(page), /write:places/)
  })
  t.same(complaints.filter(text => !/status of 40[13]/.test(text)), [], 'no complaint but of the refusals; the policy forbids nothing that is needed')
})

await t.test('what a person saves is sent as it was typed, also where it looks like a token request', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  await page.click('button.authorize')
  const popup = await pressSignIn(page)
  await signIn(popup, alice)
  await decide(popup, 'allow')
  await outcome(page)
  await page.click('.btn-done')
  const place = { name: 'R&grant_type=D', latitude: 1, longitude: 2 }
  const [request, { status }] = await Promise.all([
    page.waitForRequest(request => request.method() === 'POST' && request.url().includes('/v1/places')),
    tryOperation(page, 'Places-createPlace', place)
  ])
  t.equal(status, '201')
  t.equal(request.postData(), JSON.stringify(place))
  const { text } = await tryOperation(page, 'Places-listPlaces')
  t.match(text, '"R&grant_type=D"')
})

await t.test('with nothing ticked nobody can sign in', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  await page.click('button.authorize')
  const button = page.locator('dialog').getByRole('button', { name: 'Sign in' })
  t.ok(await button.isEnabled())
  for (const box of await page.locator('dialog input').all()) await box.uncheck()
  t.ok(await button.isDisabled())
  t.match(await page.textContent('dialog [role=status]'), /Tick at least one permission/)
  await page.check('#scope-read\\:weather')
  t.ok(await button.isEnabled())
})

await t.test('one browser, two people: each can take the other\'s place', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  await page.click('button.authorize')
  const first = await pressSignIn(page)
  await Promise.all([first.waitForEvent('close'), signIn(first, bob)])
  await page.waitForSelector('dialog .problem')

  await t.test('Bob has nothing to give; Alice comes in his place, without touching cookies', async t => {
    await page.reload()
    await page.waitForSelector('.opblock')
    await page.click('button.authorize')
    await passes(await pressSignIn(page))
    t.match(await page.textContent('dialog .problem'), /this account has none of these permissions/, 'the server remembers Bob')
    const popup = await pressAnotherAccount(page)
    await signIn(popup, alice)
    await decide(popup, 'allow')
    t.match(await outcome(page), /^Signed in as user-alice\. /)
    t.equal(await page.locator('dialog .problem').count(), 0)
  })

  await t.test('a sign-in that is forgotten here is not forgotten there', async t => {
    await page.click('dialog :text("Forget this sign-in")')
    await page.waitForSelector('dialog .signed-in', { state: 'detached' })
    t.match(await page.innerText('dialog'), /remembers who signed in there last/)
    await passes(await pressSignIn(page))
    t.match(await outcome(page), /^Signed in as user-alice\. /, 'Alice again, without a question')
  })

  await t.test('while Alice is signed in, Bob can come', async t => {
    const popup = await pressAnotherAccount(page)
    await popup.waitForSelector('#sign-in')
    await Promise.all([popup.waitForEvent('close'), signIn(popup, bob)])
    t.match(await page.textContent('dialog .problem'), /this account has none of these permissions/)
    t.match(await outcome(page), /user-alice/, 'the token that the page has is still Alice\'s, and it says so')
  })
})

await t.test('Bob, who has no role, is told that his account has nothing to give', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  await page.click('button.authorize')
  const popup = await pressSignIn(page)
  await popup.waitForSelector('#sign-in')
  await Promise.all([popup.waitForEvent('close'), signIn(popup, bob)])
  t.match(await page.textContent('dialog .problem'), /this account has none of these permissions/)
  await page.click('.btn-done')
  t.equal((await tryOperation(page, 'Weather-getForecast')).status, '401')
})

await t.test('on a phone nothing is wider than the screen; a deep link opens its operation', async t => {
  const context = await browser.newContext({ viewport: small, isMobile: true, hasTouch: true })
  const page = await context.newPage()
  await openDocs(page, '#/Places/createPlace')
  await page.waitForSelector('#operations-Places-createPlace.is-open')
  t.equal(await page.evaluate('innerWidth'), small.width, 'the page is laid out for the width of the phone')
  t.notOk(await overflows(page))
  await tryOperation(page, 'Weather-getForecast')
  t.notOk(await overflows(page), 'with an answer, too')
  t.notOk(await page.locator('.parameters thead').first().isVisible(), 'no head over a table that is one column')
  await page.evaluate('scrollTo(0, 0)')
  await page.click('button.authorize')
  await page.waitForSelector('dialog')
  t.notOk(await overflows(page), 'and the dialog')
  await picture(page, 'docs-5-phone')
  await context.close()
})

await t.test('the way back to the start page', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  await page.getByRole('navigation', { name: 'Site' }).getByRole('link').click()
  t.equal(page.url(), `${house.api}/`)
})

await t.test('by keyboard: to the button, through the dialog, and back', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  const focused = 'document.activeElement.closest("dialog") ? "dialog" : document.activeElement.className'
  for (let presses = 0; presses < 15 && !/authorize/.test(await page.evaluate<string>(focused)); presses++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog')
  t.equal(await page.evaluate(focused), 'dialog', 'the focus moves into the dialog')
  await page.keyboard.press('Space')
  t.notOk(await page.isChecked('#scope-read\\:weather'), 'a key unticks the first permission')
  await page.keyboard.press('Escape')
  await page.waitForSelector('dialog', { state: 'detached' })
  t.match(await page.evaluate(focused), /authorize/, 'and goes back to the button')
})

await t.test('where the browser comes back to: only the answer of this sign-in counts', async t => {
  const { page } = await newPage(browser)
  await openDocs(page)
  /** Comes back with a query, and says what the page was told. */
  const comeBack = async (query: string) => {
    await page.evaluate('heard = []; window.swaggerUIRedirectOauth2 = { state: "s+1=", auth: { name: "logto" }, redirectUrl: "r", callback: ({ auth }) => heard.push(auth.code), errCb: ({ message }) => heard.push(message) }')
    const [popup] = await Promise.all([page.waitForEvent('popup'), page.evaluate(`void window.open("/docs/static/oauth2-redirect.html${query}")`)])
    if (!popup.isClosed()) await popup.waitForEvent('close')
    return await page.evaluate<string[]>('heard')
  }
  t.same(await comeBack('?code=c-1&state=s%2B1%3D&iss=x'), ['c-1'])
  t.match(await comeBack('?code=c-2&state=other'), [/another sign-in/], 'a code with another state is not used')
  t.match(await comeBack('?code=c-3'), [/another sign-in/], 'nor one without')
  t.match(await comeBack('?error=invalid_scope&error_description=unknown+scope&state=s%2B1%3D'), [/refused: unknown scope/])
  t.match(await comeBack('?error=access_denied&state=s%2B1%3D'), [/Nothing was allowed/])
  t.match(await comeBack('?state=s%2B1%3D'), [/no code/])

  const { page: alone, complaints } = await newPage(browser)
  await alone.goto(`${house.api}/docs/static/oauth2-redirect.html`)
  t.match(await alone.textContent('body'), /close it and press Authorize again/, 'opened by hand it says what it is')
  t.same(complaints, [])
})
