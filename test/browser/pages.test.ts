import t from 'tap'
import { desktop, newPage, overflows, phone, screenshot, startBrowser, startHouse } from './house.js'

const house = await startHouse(t)
const browser = await startBrowser(t)

await t.test('start page and legal page are readable on a screen and on a phone, by day and by night', async t => {
  for (const [name, viewport] of Object.entries({ desktop, phone })) {
    const { page, complaints } = await newPage(browser, viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const path of ['/', '/legal']) {
        await page.goto(`${house.api}${path}`)
        await screenshot(page, `pages-${path === '/' ? 'start' : 'legal'}-${name}-${colorScheme}`)
        t.notOk(await overflows(page), `${path} fits on a ${name}`)
        const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')
        t.equal(Number(/\d+/.exec(ground)?.[0]) > 127, colorScheme === 'light', `${path} is ${colorScheme}`)
      }
    }
    t.same(complaints, [], `no complaint on a ${name}`)
  }
})

await t.test('from the start page every link leads somewhere, and an operation to its place in the documentation', async t => {
  const { page } = await newPage(browser)
  await page.goto(`${house.api}/`)
  const links = await page.locator('a').evaluateAll(anchors => anchors.map(anchor => (anchor as unknown as { href: string }).href))
  for (const link of links.filter(href => href.startsWith('http'))) t.equal((await fetch(link)).status, 200, `${link} answers`)

  await page.keyboard.press('Tab')
  t.equal(await page.evaluate('document.activeElement.getAttribute("href")'), '/docs', 'the first stop of the keyboard is the documentation')
  await page.click('a:has-text("DELETE /v1/places/{id}")')
  await page.waitForSelector('#operations-Places-deletePlace.is-open')
  t.equal(await page.locator('#operations-Places-deletePlace.is-open').count(), 1, 'the operation is open')

  await page.goto(`${house.api}/llms.txt`)
  t.match(await page.textContent('body'), /^# Scopegate Weather/, 'the browser shows llms.txt as text')
})
