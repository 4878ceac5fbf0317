import t from 'tap'
import { seed } from '../../src/dev/index.js'
import { consentScopes, desktop, newPage, overflows, phone, screenshot, signIn, startBrowser, startHouse } from './house.js'

const house = await startHouse(t)
const browser = await startBrowser(t)
const { alice, bob } = seed.users

/** How many pixels of the answer's table are hidden at the side. */
const tableCut = '(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector(".scroll"))'

async function ask (page: Awaited<ReturnType<typeof newPage>>['page'], question: string): Promise<void> {
  await page.goto(`${house.bot}/`)
  await page.fill('#question', question)
  await page.click('#ask')
}

await t.test('Alice asks WeatherBot: sign-in, consent, answer; more needs her consent again', async t => {
  const { page, complaints } = await newPage(browser, phone)
  await page.goto(`${house.bot}/`)
  await screenshot(page, 'weatherbot-1-home')
  t.notOk(await overflows(page), 'WeatherBot fits on a phone')

  await ask(page, 'What will the weather be in Seattle?')
  await page.waitForSelector('#sign-in')
  t.match(page.url(), `${house.authorizationServer}/sign-in`, 'she is at the authorization server')
  t.match(await page.textContent('body'), /development/i, 'the page says that it is for development')
  await screenshot(page, 'weatherbot-2-sign-in')
  t.notOk(await overflows(page), 'the sign-in page fits on a phone')
  // By keyboard alone: the username has the focus, Enter sends the form.
  await page.keyboard.type(alice.username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(alice.password)
  await page.keyboard.press('Enter')

  t.same(await consentScopes(page), ['email', 'profile', 'read:weather'], 'the consent screen lists exactly what is asked')
  t.match(await page.textContent('h1'), 'WeatherBot', 'and names the app')
  await screenshot(page, 'weatherbot-3-consent')
  t.notOk(await overflows(page), 'the consent screen fits on a phone')
  await page.click('button[value=allow]')

  await page.waitForSelector('#answer')
  t.match(page.url(), house.bot, 'she is back at WeatherBot')
  t.match(await page.textContent('#signed-in'), alice.name, 'which knows who signed in')
  t.match(await page.textContent('#source'), /observations/i, 'the answer names its source')
  t.match(await page.textContent('#kind'), /outlook/i, 'and is not passed off as a forecast')
  await screenshot(page, 'weatherbot-4-answer')
  for (const viewport of [phone, desktop]) {
    await page.setViewportSize(viewport)
    t.equal(await page.evaluate(tableCut), 0, `the whole table is to be seen at ${viewport.width} px`)
  }
  await page.setViewportSize(phone)

  await ask(page, 'my places')
  t.same(await consentScopes(page), ['read:places'], 'the second consent screen lists only what is new')
  await screenshot(page, 'weatherbot-5-step-up')
  await page.click('button[value=allow]')
  await page.waitForSelector('#answer')
  t.match(await page.textContent('#permissions'), /read:places[\s\S]*read:weather|read:weather[\s\S]*read:places/, 'it has both permissions now')
  await screenshot(page, 'weatherbot-6-places')

  await ask(page, 'Weather in New York?')
  await page.waitForSelector('#answer')
  t.match(await page.textContent('#answer'), 'New York', 'and may still read the weather, without asking again')
  t.same(complaints, [], 'the browser has nothing to complain about')
  t.notMatch(await page.content(), /eyJ[A-Za-z0-9_-]+\./, 'no token is in the page')
})

await t.test('a denial is told kindly', async t => {
  const { page } = await newPage(browser)
  await ask(page, 'What will the weather be in Seattle?')
  await signIn(page, alice)
  await page.waitForSelector('#consent')
  await page.click('button[value=deny]')
  await page.waitForURL(url => url.origin === house.bot)
  t.match(await page.textContent('main'), /not allow/i, 'WeatherBot says that she did not allow it')
  await screenshot(page, 'weatherbot-7-denied')
})

await t.test('Bob, who has no role, is told that his account may not', async t => {
  const { page } = await newPage(browser)
  await ask(page, 'What will the weather be in Seattle?')
  await signIn(page, bob)
  t.same(await consentScopes(page), ['email', 'profile'], 'no API permission is offered: his roles allow none')
  await page.click('button[value=allow]')
  await page.waitForSelector('#answer')
  t.match(await page.textContent('#answer'), /permission/i, 'the answer speaks of the permission')
  await screenshot(page, 'weatherbot-8-bob')
})
