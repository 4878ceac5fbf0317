import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { freePort } from '../../examples/shared/free-port.js'
import { packageRoot } from '../../src/root.js'
import { runScript, runServer, temporaryFolder } from '../start/process.js'

/** Everything a person could open, as processes of their own, on free ports. */
export async function startHouse (t: Test): Promise<{ api: string, bot: string, authorizationServer: string }> {
  const [port, asPort, botPort] = [await freePort(), await freePort(), await freePort()]
  const [api, bot] = [`http://localhost:${port}`, `http://localhost:${botPort}`]
  const service = runServer(t, {
    PORT: String(port), AS_PORT: String(asPort), BOT_PORT: String(botPort), DATA_DIR: temporaryFolder(t), WEATHER_SOURCE: 'observations', LOG_LEVEL: 'warn'
  })
  const weatherbot = runScript(t, 'examples/weatherbot/server.ts', { BOT_PORT: String(botPort), API_URL: api })
  await service.answers(`${api}/health/ready`)
  await weatherbot.answers(`${bot}/`)
  return { api, bot, authorizationServer: `http://localhost:${asPort}` }
}

/** Debian's Chromium; no browser is downloaded. */
export async function startBrowser (t: Test): Promise<Browser> {
  const executablePath = execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim()
  const browser = await chromium.launch({
    executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']
  })
  t.teardown(() => browser.close())
  return browser
}

export const desktop = { width: 1200, height: 900 }
export const phone = { width: 375, height: 667 }

/** A page with its own cookies, which collects what the browser complains about. */
export async function newPage (browser: Browser, viewport = desktop): Promise<{ page: Page, complaints: string[] }> {
  const context = await browser.newContext({ viewport })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(error.message))
  page.on('console', message => { if (message.type() === 'error') complaints.push(message.text()) })
  page.setDefaultTimeout(20_000)
  return { page, complaints }
}

/** Kept beside the repository's files, outside git, for a person to look at. */
export async function screenshot (page: Page, name: string): Promise<void> {
  const folder = join(packageRoot(), 'screenshots')
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

/** Whether a page is wider than the screen, so that a person would have to scroll sideways. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

/** Fills in the authorization server's sign-in page. */
export async function signIn (page: Page, { username, password }: { username: string, password: string }): Promise<void> {
  await page.fill('#username', username)
  await page.fill('#password', password)
  await page.click('#sign-in button[type=submit]')
}

/** The scopes listed on the consent screen. */
export async function consentScopes (page: Page): Promise<string[]> {
  await page.waitForSelector('#consent')
  const scopes = await page.locator('.permissions li').evaluateAll(items => items.map(item => item.getAttribute('data-scope') ?? ''))
  return scopes.sort()
}
