import type { Page } from 'playwright-core'

/** Presses a button of the dialog; the window of the authorization server comes back. */
export async function pressSignIn (page: Page, button = /^Sign in/): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.locator('dialog').getByRole('button', { name: button }).click()])
  return popup
}

export const pressAnotherAccount = (page: Page): Promise<Page> => pressSignIn(page, /^Use another account$/)

/** The authorization server asks nothing: its window closes by itself. */
export async function passes (popup: Page): Promise<void> {
  if (!popup.isClosed()) await popup.waitForEvent('close')
}

export async function decide (popup: Page, decision: 'allow' | 'deny'): Promise<void> {
  await popup.waitForSelector('#consent')
  await Promise.all([popup.waitForEvent('close'), popup.click(`button[value=${decision}]`)])
}

/** Opens an operation and tries it. @returns the status shown and the text of the live answer */
export async function tryOperation (page: Page, operation: string, body?: object): Promise<{ status: string, text: string }> {
  const block = `#operations-${operation}`
  if (await page.locator(`${block}.is-open`).count() === 0) await page.click(`${block} .opblock-summary-control`)
  await page.waitForSelector(`${block} .try-out__btn`)
  if (await page.locator(`${block} .execute`).count() === 0) await page.click(`${block} .try-out__btn`)
  if (body !== undefined) await page.fill(`${block} textarea`, JSON.stringify(body))
  const clear = page.locator(`${block} .btn-clear`)
  if (await clear.count() > 0) await clear.click()
  await page.click(`${block} .execute`)
  const answer = page.locator(`${block} .live-responses-table tbody .response`)
  await answer.waitFor()
  return { status: (await answer.locator('.response-col_status').textContent() ?? '').trim(), text: await answer.textContent() ?? '' }
}

/** What the dialog says came of the sign-in, with the account. */
export async function outcome (page: Page): Promise<string> {
  await page.waitForSelector('dialog .signed-in .account')
  return await page.textContent('dialog .signed-in') ?? ''
}
