import t from 'tap'
import { seed } from '../../src/dev/index.js'
import { consentScopes, desktop, newPage, overflows, phone, screenshot, signIn, startBrowser, startHouse } from './house.js'

const house = await startHouse(t)
const browser = await startBrowser(t)

await t.test('start page and legal page are readable on a screen and on a phone, and every link answers', async t => {
  for (const [name, viewport] of Object.entries({ desktop, phone })) {
    const { page, complaints } = await newPage(browser, viewport)
    for (const path of ['/', '/legal']) {
      await page.goto(`${house.api}${path}`)
      await screenshot(page, `pages-${path === '/' ? 'start' : 'legal'}-${name}`)
      t.notOk(await overflows(page), `${path} fits on a ${name}`)
    }
    t.same(complaints, [], `no complaint on a ${name}`)
  }
  const { page } = await newPage(browser)
  await page.goto(`${house.api}/`)
  const links = await page.locator('a').evaluateAll(anchors => anchors.map(anchor => (anchor as unknown as { href: string }).href))
  for (const link of links.filter(href => href.startsWith(house.api))) {
    t.equal((await fetch(link)).status, 200, `${link} answers`)
  }
})

await t.test('on the documentation page a person signs in, consents, and tries an operation', async t => {
  const { page, complaints } = await newPage(browser)
  await page.goto(`${house.api}/docs`)
  await page.waitForSelector('.opblock')
  await screenshot(page, 'docs-1-operations')

  await page.click('button.authorize')
  await page.waitForSelector('.auth-container')
  await screenshot(page, 'docs-2-authorize')
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('.auth-btn-wrapper .authorize')])
  await signIn(popup, seed.users.alice)
  t.same(await consentScopes(popup), ['read:places', 'read:weather', 'write:places'], 'the consent screen lists the third-party permissions')
  await Promise.all([popup.waitForEvent('close'), popup.click('button[value=allow]')])
  await page.waitForSelector('.auth-container >> text=Authorized')
  await page.click('.btn-done')

  await page.click('#operations-Account-getMe .opblock-summary')
  await page.click('#operations-Account-getMe .try-out__btn')
  await page.click('#operations-Account-getMe .execute')
  await page.waitForSelector('#operations-Account-getMe .live-responses-table .response')
  const answer = await page.textContent('#operations-Account-getMe .live-responses-table .response')
  t.match(answer, /200/, 'the operation answers 200: the token is a JWT for this API')
  t.match(answer, seed.users.alice.id, 'for Alice')
  await screenshot(page, 'docs-3-tried')
  t.same(complaints, [], 'the browser has nothing to complain about')
})
