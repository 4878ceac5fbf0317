import t from 'tap'
import { desktop, newPage, overflows, phone, screenshot, startBrowser, startHouse } from './house.js'

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
